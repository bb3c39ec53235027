package journey

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whoever was seen together, by any way, has one name: the least of all keys.
func TestWhoIsJoinedHasTheLeastName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s stitcher
		of := map[string]map[string]bool{} // who is one with a key, slowly
		together := func(a, b string) {
			all := map[string]bool{a: true, b: true}
			for _, k := range []string{a, b} {
				for other := range of[k] {
					all[other] = true
				}
			}
			for k := range all {
				of[k] = all
			}
		}
		id := rapid.Custom(func(t *rapid.T) string {
			n := rapid.IntRange(0, 600).Draw(t, "id")
			return strings.Repeat("x", n%7*n%200) + fmt.Sprint(n)
		})
		for range rapid.IntRange(0, 400).Draw(t, "joins") {
			a, b := id.Draw(t, "a"), id.Draw(t, "b")
			if rapid.IntRange(0, 9).Draw(t, "alias") == 0 {
				s.alias(a, "", b)
				together(anonymousKey+a, userKey+a)
				together(anonymousKey+a, userKey+b)
				continue
			}
			s.join(a, b)
			together(anonymousKey+a, userKey+b)
		}
		s.join("", "nobody")
		for n := range 601 {
			for _, k := range []string{anonymousKey, userKey} {
				k += strings.Repeat("x", n%7*n%200) + fmt.Sprint(n)
				want := k
				for other := range of[k] {
					want = min(want, other)
				}
				if got := s.name(k); got != want {
					t.Fatalf("%s is named %s, want %s", k, got, want)
				}
			}
		}
		if got := s.name(userKey + "nobody"); got != userKey+"nobody" {
			t.Fatal(got)
		}
	})
}
