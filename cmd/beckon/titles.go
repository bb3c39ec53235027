package main

import (
	"beckon/model/engine"
	"beckon/model/text"
)

// titles are campaigns and engagements as people know them: by name, with the id
// where two share a name, and by the id where there is none. Names and ids never
// meet: an engagement's id is that of its campaign, a slash and its own.
type titles struct {
	names map[string]string // as they are written
	words map[string]string // as they are shown
}

func titlesOf(eng *engine.Engine) titles {
	c := titles{map[string]string{}, map[string]string{}}
	campaigns, engagements := map[string]int{}, map[string]int{}
	for _, k := range eng.Campaigns() {
		c.names[k.ID] = k.Name
		campaigns[text.Line(k.Name, 80)]++
		for _, e := range k.Engagements {
			c.names[k.ID+"/"+e.ID] = e.Name
			engagements[text.Line(e.Name, 80)]++
		}
	}
	told := func(id string, all map[string]int) {
		switch name := text.Line(c.names[id], 80); {
		case name == "":
			c.words[id] = text.Line(id, 160)
		case all[name] > 1:
			c.words[id] = name + " (" + text.Line(id, 160) + ")"
		default:
			c.words[id] = name
		}
	}
	for _, k := range eng.Campaigns() {
		told(k.ID, campaigns)
		for _, e := range k.Engagements {
			told(k.ID+"/"+e.ID, engagements)
		}
	}
	return c
}
