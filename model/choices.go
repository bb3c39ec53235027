package model

import "reflect"

// choices lists the values of every type whose values are names. The empty
// value means "not given" throughout and is not listed.
var choices = map[reflect.Type][]string{
	reflect.TypeFor[Kind]():             names(Kinds()...),
	reflect.TypeFor[Priority]():         names(High, Medium, Low),
	reflect.TypeFor[Hours]():            names(AllHours, SpecificHours, CustomHours),
	reflect.TypeFor[Format]():           names(Formats()...),
	reflect.TypeFor[EngagementType]():   names(Conversation, Content),
	reflect.TypeFor[Channel]():          names(Messaging, Chat),
	reflect.TypeFor[Authentication]():   names(Unauthenticated, Authenticated),
	reflect.TypeFor[Side]():             names(Left, Right),
	reflect.TypeFor[Availability]():     names(Online, Offline, Busy),
	reflect.TypeFor[Position]():         names(TopLeft, TopCenter, TopRight, MiddleLeft, MiddleCenter, MiddleRight, BottomLeft, BottomCenter, BottomRight, CustomPlace),
	reflect.TypeFor[ElementKind]():      names(Label, Button, Picture, CloseButton, Peel, Pin),
	reflect.TypeFor[GoalType]():         names(GoalSell, GoalLead, GoalService, GoalPageViews, GoalOther, GoalInteract),
	reflect.TypeFor[DayStatus]():        names(DayAll, DayCustom, DayOff),
	reflect.TypeFor[QuestionType]():     names(TextField, TextArea, Dropdown, RadioButton, Checkbox, Rating),
	reflect.TypeFor[Platform]():         names(Desktop, Tablet, Smartphone),
	reflect.TypeFor[MarketingChannel](): names(MarketingChannels()...),
	reflect.TypeFor[VisitorKind]():      names(FirstTime, Returning),
	reflect.TypeFor[AttributeOp](): names(OpEquals, OpNotEquals, OpContains, OpStartsWith, OpEndsWith, OpMatches, OpExists,
		OpGreater, OpAtLeast, OpLess, OpAtMost),
	reflect.TypeFor[FlowTrigger]():   names(FlowAbandoned, FlowBack),
	reflect.TypeFor[EngagedStatus](): names(Exposed, Declined, Clicked, Interacted),
	reflect.TypeFor[ServiceStatus](): names(ServiceStatuses()...),
}

// fieldChoices lists the values of text fields that take one of a few names.
var fieldChoices = map[reflect.Type]map[string][]string{
	reflect.TypeFor[Window]():              {"theme": {"ocean", "horizon", "harmony"}},
	reflect.TypeFor[WindowBranding]():      {"icons": {"bright", "dark"}},
	reflect.TypeFor[WindowHeader]():        {"align": {"left", "middle", "right"}},
	reflect.TypeFor[Question]():            {"validation": {"email", "phone", "number"}},
	reflect.TypeFor[Creative]():            {"edge": {"bottom", "top"}},
	reflect.TypeFor[Face]():                {"imageFit": {"repeat", "cover", "center"}},
	reflect.TypeFor[RegisteredCondition](): {"unit": {"days", "weeks", "months", "years"}},
	reflect.TypeFor[Settings]():            {"attribution": {"first", "last"}},
}

// Genders lists the values of the condition gender.
func Genders() []string { return []string{"male", "female", "other"} }

func names[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Choices returns the names that a value's type allows, in the order in which
// a form offers them: Choices(model.Format("")) gives the six formats. It is
// nil for a type without.
func Choices(v any) []string { return append([]string(nil), choices[reflect.TypeOf(v)]...) }

// FieldChoices returns the names that a field of a type of this package
// allows: FieldChoices(model.Window{}, "theme"). It is nil for a field without.
func FieldChoices(owner any, field string) []string {
	t := reflect.TypeOf(owner)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	r := newRecord(t)
	i, ok := r.byName[field]
	if !ok {
		return nil
	}
	return append([]string(nil), r.fields[i].choices...)
}
