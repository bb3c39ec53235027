package fields

import (
	"fmt"
	"strings"
)

// Step is one part of the way to a campaign. The numbers that operators know
// from the manual are in its name.
type Step int

// The steps, in the order of the manual.
const (
	StepName Step = iota
	StepGoal
	StepTime
	StepEngagements
	StepGallery
	StepStudio
	StepWindow
	StepLocation
	StepBehavior
	StepPublish
	// Steps is how many there are.
	Steps
)

// About says what a step is called, in full and where there is little room,
// what it is for, and whether it is about one engagement.
type About struct {
	Number, Title, Short, Help string
	Engagement                 bool
	Form                       bool // it is filled in, field by field
}

// About describes the step.
func (s Step) About() About {
	return [Steps]About{
		StepName:        {"1-2", "Name", "Name", "What the campaign is called, such as First time visitors or Post-purchase support.", false, true},
		StepGoal:        {"3-4", "Goal", "Goal", "How the success of the campaign is measured. Enter lists the library and makes a new goal.", false, true},
		StepTime:        {"5", "Audience and time", "Audience", "Who may see it, when it runs, and how strongly it competes.", false, true},
		StepEngagements: {"6", "Engagements", "Engagements", "What visitors are shown.", false, false},
		StepGallery:     {"7", "Gallery", "Gallery", "Templates by format, use case, style and size.", false, false},
		StepStudio:      {"8", "Studio", "Studio", "How the engagement looks, in each state.", true, true},
		StepWindow:      {"9", "Window", "Window", "What a click leads to.", true, true},
		StepLocation:    {"10", "Location", "Location", "On which pages it may show. Any of the entry points will do.", true, true},
		StepBehavior:    {"11", "Behavior", "Behavior", "What visitors do that triggers it. Any of the behaviors will do.", true, true},
		StepPublish:     {"12", "Check and publish", "Publish", "What is wrong, what changes, and the way to the visitors.", false, false},
	}[s]
}

// Section is the number of the step's form among [Campaign.Sections], -1 where
// it has none.
func (s Step) Section() int {
	if !s.About().Form {
		return -1
	}
	n := -1
	for i := range s + 1 {
		if i.About().Form {
			n++
		}
	}
	return n
}

// StepWith is the step whose form has a number.
func StepWith(section int) Step {
	for s := range Steps {
		if s.Section() == section {
			return s
		}
	}
	return StepName
}

// StepOf finds the step where the field of a campaign's path is made.
func StepOf(path string) Step {
	rest, in := strings.CutPrefix(path, "engagements[")
	if !in {
		switch first(path) {
		case "goal":
			return StepGoal
		case "audiences", "timeFrame", "priority", "controlGroup":
			return StepTime
		case "engagements":
			return StepEngagements
		}
		return StepName
	}
	_, field, _ := strings.Cut(rest, "].")
	switch first(field) {
	case "format", "type", "template":
		return StepGallery
	case "channel", "authentication", "skill", "ignoreMaxWait", "window", "separateWindow", "agentNote", "url", "sameTab":
		return StepWindow
	case "entryPoints":
		return StepLocation
	case "behaviors", "delay", "duration", "follow", "language":
		return StepBehavior
	case "creative":
		if field == "creative" {
			return StepGallery // nothing to draw yet
		}
	}
	return StepStudio
}

// first is the field that a path begins with.
func first(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// EngagementOf is the number of the engagement that a campaign's path leads
// into, -1 for none.
func EngagementOf(path string) int {
	i := -1
	if _, err := fmt.Sscanf(path, "engagements[%d]", &i); err != nil {
		return -1
	}
	return i
}
