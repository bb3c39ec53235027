package journey

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A file that was found and is no traffic counts nowhere, wherever it comes, and
// the others give what they give without it.
func TestFilesThatWereFoundAndAreNoTrafficAreLeftOut(t *testing.T) {
	t.Parallel()
	robot := `192.0.2.1 - - [02/Mar/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Googlebot/2.1 (+http://www.google.com/bot.html)"` + "\n"
	for _, tt := range []struct {
		name, body string
		o          Options
		why        string // "": it is read, or an error
		err        string
	}{
		{"prose", "# A heading\n\nand some words\n", Options{}, "its first lines are in no known format, and a table needs a mapping", ""},
		{"nothing", "", Options{}, "the file is empty", ""},
		{"a packed file", "PK\x03\x04 and so on", Options{}, "packed with zip; want text", ""},
		{"a binary file", "\x7fELF\x00\x00", Options{}, "a binary file", ""},
		{"text in UTF-16", "\xff\xfea\x00b\x00", Options{}, "text in UTF-16", ""},
		{"a list of something else", `[{"name":"x"},{"name":"y"}]`, Options{}, "no line can be read as segment", ""},
		{"a table without a mapping", "id,when\n1,2026-03-02\n", Options{}, "its first lines are in no known format", ""},
		{"prose where the format is named", strings.Repeat("some words\n", 150), Options{Format: FormatNative}, "too many lines cannot be read", ""},
		{"another format than the one named", robot, Options{Format: FormatNative}, "not native: the first lines look like combined", ""},
		{"two formats at once", nativeSample + robot, Options{}, "", "ambiguous"},
		{"prose, strictly", "some words\n", Options{Strict: true}, "", "none of native"},
		{"a log of robots with a broken line", robot + "broken\n", Options{}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
			for path, body := range map[string]string{a: nativeSample, b: tt.body, c: strings.ReplaceAll(nativeSample, "v-", "w-")} {
				if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			without, err := Sorted(Options{Format: tt.o.Format}, a, c)
			if err != nil {
				t.Fatal(err)
			}
			want := drain(t, without)
			tt.o.Found = map[string]bool{a: true, b: true, c: true}
			j, err := Sorted(tt.o, a, b, c)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := drain(t, j)
			if tt.why == "" {
				if len(got.FilesLeftOut) > 0 || got.Lines != want.Lines+2 {
					t.Errorf("%s", got)
				}
				return
			}
			if len(got.FilesLeftOut) != 1 || got.FilesLeftOut[0].File != b || !strings.Contains(got.FilesLeftOut[0].Why, tt.why) {
				t.Errorf("left out: %+v", got.FilesLeftOut)
			}
			got.FilesLeftOut = nil
			if got.String() != want.String() {
				t.Errorf("%s\nwithout it\n%s", got, want)
			}
			if _, err := Sorted(tt.o, b); err == nil || strings.Contains(err.Error(), "none of the") {
				t.Errorf("alone: %v", err)
			}
			delete(tt.o.Found, b)
			if _, err := Sorted(tt.o, a, b, c); err == nil {
				t.Error("named, it is no error")
			}
		})
	}
}

// A file that is found under two names is read once, and one that is named twice is
// read twice.
func TestAFileThatIsFoundTwiceIsReadOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("a"), []byte(nativeSample), 0o600), os.Symlink("a", at("b")), os.Link(at("a"), at("c")), os.WriteFile(at("d"), []byte(nativeSample), 0o600)); err != nil {
		t.Fatal(err)
	}
	paths := []string{at("a"), at("b"), at("c"), at("d")}
	for _, found := range []bool{true, false} {
		o := Options{Found: map[string]bool{}}
		for _, p := range paths {
			o.Found[p] = found
		}
		j, err := Sorted(o, paths...)
		if err != nil {
			t.Fatal(err)
		}
		r := drain(t, j)
		var said []string
		for _, f := range r.FilesLeftOut {
			said = append(said, filepath.Base(f.File)+": "+filepath.Base(f.Why))
		}
		want, lines := "", int64(4*4)
		if found { // a copy is another file
			want, lines = "b: a; c: a", 2*4
		}
		if got := strings.Join(said, "; "); got != want || r.Lines != lines {
			t.Errorf("found %v: left out %q; %s", found, got, r)
		}
	}
}

// Whatever a link in a directory leads to, nobody waits for it, and it is told.
func TestWhatWasFoundAndIsNoFileIsLeftOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("a"), []byte(nativeSample), 0o600), os.Mkdir(at("d"), 0o700), os.Symlink("d", at("link")), os.Symlink("gone", at("dangling")), unix.Mkfifo(at("pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	j, err := Sorted(Options{Found: map[string]bool{at("link"): true, at("dangling"): true, at("pipe"): true}}, at("link"), at("a"), at("dangling"), at("pipe"))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, f := range drain(t, j).FilesLeftOut {
		said = append(said, filepath.Base(f.File)+": "+f.Why)
	}
	if got := strings.Join(said, "; "); got != "link: a link to a directory; dangling: there is no file behind the name; pipe: a pipe, a socket or a device" {
		t.Error(got)
	}
}
