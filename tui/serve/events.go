package serve

import (
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"
)

// coalesce is the least time between two wheel or two motion messages of one
// kind that reach a model: a frame at 60 fps. A touch pad sends hundreds a
// second, and each would queue in front of the next key.
const coalesce = 16 * time.Millisecond

// resized is a size that a client's request told.
type resized struct{ width, height int }

// Events returns the filter of messages for one program, to be given to
// tea.WithFilter.
//
// Window sizes are clamped. In a remote program those that come in the input are
// dropped: the client's requests tell the size, and a session paces them.
// Wheel and motion messages that follow one of their kind (the same wheel
// direction, motion with the same button) within 16 ms are dropped; clicks and
// releases never are. In a remote program, what suspends or leaves the process
// (tea.Suspend, tea.Exec) is dropped, because the process serves others too.
//
// The clock is asked only for wheel and motion.
func Events(remote bool, now func() time.Time) func(tea.Model, tea.Msg) tea.Msg {
	var last struct {
		wheel, motion     tea.Mouse
		wheelAt, motionAt time.Time
	}
	begun := false
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		switch msg := msg.(type) {
		case resized:
			width, height := Clamp(msg.width, msg.height)
			return tea.WindowSizeMsg{Width: width, Height: height}
		case tea.WindowSizeMsg:
			if remote && begun { // the first is the program's own
				return nil
			}
			begun = true
			msg.Width, msg.Height = Clamp(msg.Width, msg.Height)
			return msg
		case tea.MouseWheelMsg:
			at, m := now(), msg.Mouse()
			if m.Button == last.wheel.Button && m.Mod == last.wheel.Mod && at.Sub(last.wheelAt) < coalesce {
				return nil
			}
			last.wheel, last.wheelAt = m, at
		case tea.MouseMotionMsg:
			at, m := now(), msg.Mouse()
			if m.Button == last.motion.Button && at.Sub(last.motionAt) < coalesce {
				return nil
			}
			last.motion, last.motionAt = m, at
		default:
			if remote && leaves(msg) {
				return nil
			}
		}
		return msg
	}
}

// leaves reports whether msg would stop the process or run another one.
func leaves(msg tea.Msg) bool {
	if _, ok := msg.(tea.SuspendMsg); ok {
		return true
	}
	return msg != nil && reflect.TypeOf(msg) == execType
}

// execType is the type, which has no exported name, of the message of tea.Exec.
var execType = reflect.TypeOf(tea.Exec(nil, nil)())
