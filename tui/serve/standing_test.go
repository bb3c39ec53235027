package serve

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
	"weak"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"
)

// TestWhatStandsOfEarlierViewsIsCounted compares the count with that of every
// byte that remembers which view it came with.
func TestWhatStandsOfEarlierViewsIsCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s standing
		var text []string
		var from [][]int // view of every byte of a row, and of its end
		sizes := map[int]int{}
		for view := 1; view <= 30; view++ {
			rows := rapid.SliceOfN(rapid.StringMatching(`[ab]{0,6}`), 1, 5).Draw(t, "view")
			if len(text) > 0 && rapid.Bool().Draw(t, "one row") {
				changed := append([]string{}, text...)
				changed[rapid.IntRange(0, len(text)-1).Draw(t, "row")] = rows[0]
				rows = changed
			}
			sizes[view] = len(strings.Join(rows, "\n"))
			next := make([][]int, len(rows))
			for i, row := range rows {
				next[i] = make([]int, len(row)+1)
				same := 0
				switch {
				case i >= len(text):
				case text[i] == row:
					same = len(row) + 1
				default:
					same = samePrefix(text[i], row)
				}
				for j := range next[i] {
					if next[i][j] = view; j < same {
						next[i][j] = from[i][j]
					}
				}
			}
			text, from = rows, next
			s.draw(strings.Join(rows, "\n"))

			seen, total := map[int]bool{}, 0
			for _, row := range from {
				for _, v := range row {
					if !seen[v] {
						seen[v] = true
						total += sizes[v]
					}
				}
			}
			if len(s.views) != len(seen) || s.bytes != total {
				t.Fatalf("view %d: %d views of %d bytes, want %d of %d", view, len(s.views), s.bytes, len(seen), total)
			}
		}
	})
}

// growing is a console that fills a screen from left to right. Its views are as
// large as those of the largest window: what is below the screen is not looked at.
type growing struct {
	filled *int
	views  *[]weak.Pointer[byte]
}

const growingWidth, growingHeight, growingBelow = 80, 24, 256 << 10

func (g growing) Init() tea.Cmd { return nil }

func (g growing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyPressMsg); ok {
		if key.Text == "q" {
			return g, tea.Quit
		}
		*g.filled++
	}
	return g, nil
}

func (g growing) View() tea.View {
	screen := strings.Repeat("x", *g.filled) + strings.Repeat(".", growingWidth*growingHeight-*g.filled)
	var b strings.Builder
	for row := range slices.Chunk([]byte(screen), growingWidth) {
		fmt.Fprintf(&b, "%s\n", row)
	}
	content := b.String() + strings.Repeat("_", growingBelow)
	*g.views = append(*g.views, weak.Make(unsafe.StringData(content)))
	v := tea.NewView(content)
	v.AltScreen = true
	return v
}

// TestAConsoleThatChangesBitByBitHoldsOnToFewViews counts the views that are in
// memory behind so many frames: what stands of each is on the screen.
func TestAConsoleThatChangesBitByBitHoldsOnToFewViews(t *testing.T) {
	t.Parallel()
	const frames = 40
	held := func(t *testing.T, wrap func(tea.Model) tea.Model) (n int) {
		synctest.Test(t, func(t *testing.T) {
			g := growing{new(int), &[]weak.Pointer[byte]{}}
			keys, press := io.Pipe()
			var out bytes.Buffer
			p := tea.NewProgram(wrap(g), tea.WithContext(t.Context()), tea.WithInput(keys), tea.WithOutput(&out), tea.WithWindowSize(growingWidth, growingHeight),
				tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithFPS(remoteFPS), tea.WithoutSignalHandler())
			over := make(chan error, 1)
			go func() {
				_, err := p.Run()
				over <- err
			}()
			for range frames {
				fmt.Fprint(press, "j")
				time.Sleep(time.Second / 30) // simulated; each is drawn
			}
			synctest.Wait()
			runtime.GC()
			for _, v := range *g.views {
				if v.Value() != nil {
					n++
				}
			}
			fmt.Fprint(press, "q")
			if err := <-over; err != nil {
				t.Error(err)
			}
			press.Close()
		})
		return n
	}
	// As many as it takes, and those that come before the screen is drawn anew.
	if n := held(t, func(m tea.Model) tea.Model { return Harden(m) }); n > standingViews+4 {
		t.Errorf("%d of %d views are in memory, want %d", n, frames, standingViews)
	}
	if n := held(t, func(m tea.Model) tea.Model { return m }); n < frames {
		t.Errorf("without a bound, %d of %d views are in memory: nothing is measured, or the renderer has changed", n, frames)
	}
}
