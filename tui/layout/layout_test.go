package layout

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// picture draws rectangles as letters, one cell for every scale cells.
func picture(size Size, scaleX, scaleY int, rects ...Rect) string {
	var b strings.Builder
	for y := 0; y < size.H; y += scaleY {
		for x := 0; x < size.W; x += scaleX {
			c := byte('.')
			for i, r := range rects {
				if r.Contains(x, y) {
					c = byte('a' + i)
				}
			}
			b.WriteByte(c)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestTheShellIsThreeRowsAroundTheBody(t *testing.T) {
	t.Parallel()
	sh := Divide(Size{80, 24})
	got := picture(Size{80, 24}, 8, 1, sh.Tabs, sh.Crumbs, sh.Body, sh.Footer)
	want := "aaaaaaaaaa\nbbbbbbbbbb\n" + strings.Repeat("cccccccccc\n", 21) + "dddddddddd\n"
	if got != want {
		t.Errorf("80x24:\n%s\nwant\n%s", got, want)
	}
}

func TestColumnsFollowTheRoom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		size Size
		n    int
		want string
	}{
		{Size{80, 24}, 3, "aaaaaaaa"},
		{Size{99, 50}, 2, "aaaaaaaaaa"},
		{Size{100, 30}, 3, "aaaabbbbbb"},
		{Size{120, 40}, 2, "aaaaabbbbbbb"},
		{Size{159, 60}, 3, "aaaaaaabbbbbbbbb"},
		{Size{160, 39}, 3, "aaaaaaabbbbbbbbb"},
		{Size{200, 50}, 2, "aaaaaaaabbbbbbbbbbbb"},
		{Size{200, 50}, 3, "aaaaaaabbbbbbbcccccc"},
		{Size{160, 40}, 0, "................"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%dx%d into %d", tt.size.W, tt.size.H, tt.n), func(t *testing.T) {
			t.Parallel()
			body := Divide(tt.size).Body
			got := picture(Size{tt.size.W, body.Y + 1}, 10, 1, Columns(body, tt.n)...)
			rows := strings.Split(strings.TrimSpace(got), "\n")
			if last := rows[len(rows)-1]; last != tt.want {
				t.Errorf("got  %s\nwant %s", last, tt.want)
			}
		})
	}
}

func TestModesChangeAtTheirBreakpoints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		size Size
		want Mode
	}{
		{Size{59, 15}, TooSmall}, {Size{60, 14}, TooSmall}, {Size{1, 1}, TooSmall}, {Size{0, 0}, TooSmall},
		{Size{60, 15}, Single}, {Size{80, 24}, Single}, {Size{99, 100}, Single},
		{Size{100, 15}, Double}, {Size{159, 100}, Double}, {Size{160, 39}, Double},
		{Size{160, 40}, Triple}, {Size{300, 100}, Triple},
	}
	for _, tt := range tests {
		if got := ModeOf(tt.size); got != tt.want {
			t.Errorf("%v: mode %d, want %d", tt.size, got, tt.want)
		}
	}
}

func TestPartsSumToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := Rect{X: rapid.IntRange(0, 9).Draw(t, "x"), Y: rapid.IntRange(0, 9).Draw(t, "y"),
			W: rapid.IntRange(0, 300).Draw(t, "w"), H: rapid.IntRange(0, 100).Draw(t, "h")}
		weights := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 6).Draw(t, "weights")
		x, y := r.X, r.Y
		for _, c := range r.Columns(weights...) {
			if c.X != x || c.W < 0 || c.H != r.H {
				t.Fatalf("column %+v does not follow at %d", c, x)
			}
			x += c.W
		}
		for _, c := range r.Stack(weights...) {
			if c.Y != y || c.H < 0 || c.W != r.W {
				t.Fatalf("row %+v does not follow at %d", c, y)
			}
			y += c.H
		}
		if x != r.X+r.W || y != r.Y+r.H {
			t.Fatalf("the parts end at %d,%d, the whole at %d,%d", x, y, r.X+r.W, r.Y+r.H)
		}
		c := r.Center(Size{rapid.IntRange(0, 400).Draw(t, "cw"), rapid.IntRange(0, 200).Draw(t, "ch")})
		if c.X < r.X || c.Y < r.Y || c.X+c.W > r.X+r.W || c.Y+c.H > r.Y+r.H {
			t.Fatalf("centered %+v leaves %+v", c, r)
		}
		if in := r.Inset(rapid.IntRange(0, 50).Draw(t, "inset")); in.W < 0 || in.H < 0 {
			t.Fatalf("inset %+v is negative", in)
		}
	})
}

func TestTheSelectedLineIsAlwaysInTheWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 200).Draw(t, "total")
		height := rapid.IntRange(1, 60).Draw(t, "height")
		selected := rapid.IntRange(0, total-1).Draw(t, "selected")
		top := Window(rapid.IntRange(-5, 250).Draw(t, "top"), selected, height, total)
		if selected < top || selected >= top+height {
			t.Fatalf("line %d is outside %d..%d", selected, top, top+height)
		}
		if top > 0 && top+height > total {
			t.Fatalf("empty lines below the end: top %d, height %d, total %d", top, height, total)
		}
	})
}
