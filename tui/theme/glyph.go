package theme

// Glyphs are the signs of the console, each one cell wide and none of them in
// a private-use area, Braille or an emoji block, so that every font has them.
type Glyphs struct {
	// Frame: plain, and with focus, which shows without color.
	Box, BoxFocus Box

	Ellipsis, Bullet, Arrow, Dot, Separator string
	Selected                                string // in front of the selected line
	Closed, Opened, Leaf                    string // tree
	Check, Cross, Warn, Info, Unknown       string

	// States of a campaign.
	Draft, Scheduled, Running, Outside, Paused, Ended string
	// Outcomes of a decision.
	Shown, Blocked, Waiting string
	// Transport.
	Play, Pause, Step, StepBack string
	// Timeline.
	Rail, Event, Display, Goal, Head string
	// Bars.
	BarFull, BarEmpty, Thumb, Track string
	// The visitor's browser: rounded corners, a padlock, the sign that loads
	// again, the one that closes, and a page's corner folded over.
	Round                           Box
	Lock, Reload, Close             string
	FoldLeft, FoldRight, LowL, LowR string
	// Sorting.
	Ascending, Descending string
	// Somebody else has it open to change it.
	Edited string
}

// Box is the set of pieces of a frame.
type Box struct{ H, V, TL, TR, BL, BR, LeftT, RightT string }

var unicode = Glyphs{
	Box:      Box{"─", "│", "┌", "┐", "└", "┘", "├", "┤"},
	BoxFocus: Box{"━", "┃", "┏", "┓", "┗", "┛", "┣", "┫"},
	Ellipsis: "…", Bullet: "•", Arrow: "→", Dot: "·", Separator: "›",
	Selected: "▌", Closed: "▸", Opened: "▾", Leaf: "·",
	Check: "✓", Cross: "✗", Warn: "!", Info: "i", Unknown: "?",
	Draft: "○", Scheduled: "◌", Running: "●", Outside: "◐", Paused: "‖", Ended: "■",
	Shown: "◆", Blocked: "✗", Waiting: "◷",
	Play: "▶", Pause: "‖", Step: "»", StepBack: "«",
	Rail: "─", Event: "•", Display: "◆", Goal: "★", Head: "▼",
	BarFull: "█", BarEmpty: "░", Thumb: "█", Track: "│",
	Round: Box{"─", "│", "╭", "╮", "╰", "╯", "├", "┤"},
	Lock:  "◙", Reload: "↻", Close: "×", FoldLeft: "◤", FoldRight: "◥", LowL: "◣", LowR: "◢",
	Ascending: "▲", Descending: "▼",
	Edited: "✎",
}

var ascii = Glyphs{
	Box:      Box{"-", "|", "+", "+", "+", "+", "+", "+"},
	BoxFocus: Box{"=", "#", "#", "#", "#", "#", "#", "#"},
	Ellipsis: "~", Bullet: "*", Arrow: ">", Dot: ".", Separator: ">",
	Selected: ">", Closed: "+", Opened: "-", Leaf: ".",
	Check: "v", Cross: "x", Warn: "!", Info: "i", Unknown: "?",
	Draft: "o", Scheduled: "@", Running: "*", Outside: "%", Paused: "=", Ended: "#",
	Shown: "*", Blocked: "x", Waiting: "@",
	Play: ">", Pause: "=", Step: ">", StepBack: "<",
	Rail: "-", Event: ".", Display: "*", Goal: "$", Head: "V",
	BarFull: "#", BarEmpty: ".", Thumb: "#", Track: "|",
	Round: Box{"-", "|", ".", ".", "'", "'", "+", "+"},
	Lock:  "#", Reload: "@", Close: "x", FoldLeft: "/", FoldRight: "\\", LowL: "\\", LowR: "/",
	Ascending: "^", Descending: "v",
	Edited: "&",
}

// spoken has words and commas where the others have signs. What a sign alone
// would tell is told in words by who writes lines.
var spoken = Glyphs{Ellipsis: "...", Arrow: "to", Dot: ",", Separator: ",", Ascending: "ascending", Descending: "reversed"}
