package exchange

import (
	"strings"

	"beckon/model"
)

// The fields of a campaign that have a counterpart, or are ids. Domain 5.1.
var campaignFields = []string{"id", "name", "description", "type", "status", "isDeleted", "deleted", "goalId", "visitorProfiles", "controlGroup",
	"weight", "startDate", "expirationDate", "timeZone", "engagementIds", "engagements", relativeTime}

// relativeTime counts from the moment of the read, so it is wrong ever after:
// it is neither read nor kept.
const relativeTime = "expirationTimeInMinutes"

// campaign reads a campaign without its engagements.
func (f *fields) campaign(o *value, path string) *model.Campaign {
	c := &model.Campaign{Header: f.header(o, path, model.KindCampaign)}
	c.Published = f.published(o, path)
	c.Goal = f.reference(o, path, "goalId", model.KindGoal)
	c.Audiences = f.references(o, path, "visitorProfiles", model.KindAudience)
	c.Priority = f.priority(o, path)
	if group := o.get("controlGroup"); !group.isNull() {
		at := member(path, "controlGroup")
		if share := f.whole(group, at, "percentage", 0, model.MaxControl, -1); share >= 0 {
			c.ControlGroup = &share
		}
		f.rest(group, at, "percentage")
	}
	t := &c.TimeFrame
	var clock string
	if t.Start, clock = f.date(o, path, "startDate"); clock != "" && clock != "00:00:00" {
		f.note(member(path, "startDate"), o.get("startDate"), "the day is taken: a campaign begins at midnight")
	}
	switch t.End, clock = f.date(o, path, "expirationDate"); clock {
	case "", "23:59:59":
	case "00:00:00":
		t.End-- // the first instant without it
	default:
		f.note(member(path, "expirationDate"), o.get("expirationDate"), "the day is taken: a campaign ends with it")
	}
	if zone := f.text(o, path, "timeZone"); zone != "" {
		if _, err := model.LoadZone(zone); err != nil {
			f.note(member(path, "timeZone"), o.get("timeZone"), notTaken+"want an IANA time zone")
		} else {
			t.Zone = zone
		}
	}
	if v := o.get(relativeTime); v != nil {
		f.note(member(path, relativeTime), v, dropped)
	}
	f.rest(o, path, campaignFields...)
	return c
}

func (f *fields) header(o *value, path string, k model.Kind) model.Header {
	return model.Header{Kind: k, Name: f.text(o, path, "name"), Description: f.text(o, path, "description")}
}

// published reads the status: 1 is published; 2, which some name scheduled, is
// published before its start. What was deleted over there, and what is no
// campaign of a web site, is a draft.
func (f *fields) published(o *value, path string) bool {
	out := false
	switch v := o.get("status"); v.scalar() {
	case "1", "2":
		out = true
	case "0", "":
		if !v.isNull() && v.scalar() == "" {
			f.note(member(path, "status"), v, notTaken+"want 0 or 1")
		}
	default:
		f.note(member(path, "status"), v, notTaken+"want 0 or 1")
	}
	if v := o.get("type"); !v.isNull() && v.scalar() != "0" {
		f.note(member(path, "type"), v, "no campaign of a web site: taken as a draft")
		out = false
	}
	if f.gone(o, path) {
		out = false
	}
	return out
}

// gone reports whether the object was deleted over there.
func (f *fields) gone(o *value, path string) bool {
	out := false
	for _, key := range []string{"isDeleted", "deleted"} {
		if f.flag(o, path, key, false) {
			f.note(member(path, key), o.get(key), "deleted over there: switched off here")
			out = true
		}
	}
	return out
}

// weights are the tiers' weights over there, in the order of
// [model.Priority.Tier]. Domain 1.6.
var weights = [3]string{"0.7", "0.2", "0.1"}

var tiers = [3]model.Priority{model.High, model.Medium, model.Low}

func (f *fields) priority(o *value, path string) model.Priority {
	v := o.get("weight")
	if v.isNull() {
		return ""
	}
	if got, err := model.ParseMoney(v.scalar()); err == nil {
		for i, w := range weights {
			if tier, err := model.ParseMoney(w); err == nil && got == tier {
				return tiers[i]
			}
		}
	}
	f.note(member(path, "weight"), v, notTaken+"want 0.7, 0.2 or 0.1")
	return ""
}

// date reads "2025-03-01 00:00:00" and returns the day and the time of day.
func (f *fields) date(o *value, path, key string) (model.Date, string) {
	s := f.text(o, path, key)
	if s == "" {
		return 0, ""
	}
	day, clock, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	d, err := model.ParseDate(day)
	if err != nil {
		f.note(member(path, key), o.get(key), notTaken+"want a date such as 2025-03-01 00:00:00")
		return 0, ""
	}
	return d, clock
}
