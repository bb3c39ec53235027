package journey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"beckon/model"
)

// everySample are files of all formats.
func everySample(t testing.TB) map[string]struct {
	o    Options
	data string
} {
	all := inEveryFormat(t)
	for name, s := range all {
		s.o.KeepPersonal = true
		all[name] = s
	}
	s := all["native"]
	s.o.Format, s.data = FormatOtto, ottoSample
	all["otto"] = s
	s.o.Format, s.data = FormatWebSession, webSessionOverLines
	all["web sessions over lines"] = s
	return all
}

// Garbage between the lines, some of it 30 KB long, is rejected line by line and
// changes nothing of what is read.
func TestGarbageBetweenTheLines(t *testing.T) {
	t.Parallel()
	garbage := []string{strings.Repeat("x", 30_000), "{" + strings.Repeat(`"a":[`, 5000), "\x7f\x01\x02", `{"type":"page"`, `"`, strings.Repeat("\t", 400), `[1,2,3]`, "GET / HTTP/1.1"}
	for name, s := range everySample(t) {
		if isOneValue(s.data) {
			continue // what follows garbage in one value is not told apart
		}
		if name == "snowplow csv" {
			continue // a quote goes on in the next lines
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, whole, err := readHiding(t, s.o, s.data)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			n := 0
			for i, l := range strings.SplitAfter(strings.TrimSuffix(s.data, "\n")+"\n", "\n") {
				b.WriteString(l)
				if l != "" && (i > 0 || !strings.HasPrefix(name, "snowplow") && name != "a table") {
					b.WriteString(garbage[n%len(garbage)] + "\n")
					n++
				}
			}
			got, r, err := readHiding(t, s.o, b.String())
			if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Fatalf("%v: %d events, want %d", err, len(got), len(want))
			}
			if left := r.Lines - whole.Lines; left != int64(n) || r.RejectedLines()+sum(r.Skipped) != whole.RejectedLines()+sum(whole.Skipped)+int64(n) {
				t.Errorf("%d lines of garbage\n%s", n, r)
			}
		})
	}
}

// Stamps that run backwards, or are two months off, are stamps: the events are
// where they say, and visits are cut there.
func TestStampsBackwardsAndMonthsOff(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 100 {
		at := at0.Add(model.Duration(100-i) * 60_000)
		if i == 50 {
			at = at0.Add(-60 * 86_400_000)
		}
		fmt.Fprintf(&b, `{"visitor":"v","at":%q,"type":"page","url":"https://s.example/%d"}`+"\n", at, i)
	}
	got, r := mustRead(t, Options{}, b.String())
	if len(got) != 100 || r.Visits != 2 || r.RejectedLines() != 0 || !strings.Contains(got[0], "/50\"") || !strings.Contains(got[1], "/99\"") || !strings.Contains(got[99], "/0\"") {
		t.Errorf("%v\n%s", got[:2], r)
	}
	// Who knows when it was takes what is in the time.
	if _, r = mustRead(t, Options{From: at0}, b.String()); r.Events != 99 || r.Skipped["outside"].Count != 1 {
		t.Errorf("%s", r)
	}
}

func TestOneVisitorWithFifteenThousandViews(t *testing.T) {
	t.Parallel()
	const views = 15_000
	order := rand.New(rand.NewPCG(1, 2)).Perm(views)
	var b bytes.Buffer
	for _, i := range order {
		fmt.Fprintf(&b, `{"visitor":"v","at":%q,"type":"page","url":"https://s.example/%d"}`+"\n", at0.Add(model.Duration(i)*1000), i)
	}
	j, err := SortedReader(Options{RunBytes: 1 << 20, TempDir: t.TempDir()}, "in", &b)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	n, last := 0, Instant(0)
	for {
		st, err := j.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Events) > maxStretch || st.First != (n == 0) {
			t.Errorf("a stretch of %d events, first %v", len(st.Events), st.First)
		}
		for _, e := range st.Events {
			if e.At <= last {
				t.Fatal("out of order")
			}
			last = e.At
		}
		n += len(st.Events)
		if st.Last != (n == views) {
			t.Errorf("last %v after %d", st.Last, n)
		}
	}
	if r := j.Report(); n != views || r.Visitors != 1 || r.Visits != 1 {
		t.Errorf("%d\n%s", n, r)
	}
}

// bomb compresses very much of one byte with a window as large as it may be.
func bomb(t testing.TB, form string, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	if form == "gzip" {
		w, err = gzip.NewWriterLevel(&b, gzip.BestSpeed)
	} else {
		w, err = zstd.NewWriter(&b, zstd.WithWindowSize(zstd.MaxWindowSize), zstd.WithEncoderConcurrency(1))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(nativeSample)); err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("x"), 1<<20)
	for n := int64(0); n < size; n += int64(len(block)) {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The header of a file may ask for a window of any size.
func TestAHugeWindowIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	huge := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf0} // 2^40 bytes
	if _, _, err := read(t, Options{}, string(huge)+strings.Repeat("\x01\x00\x00", 20)); err == nil || !strings.Contains(err.Error(), "needs more than 64 MiB of memory to decompress: refused") {
		t.Errorf("%v", err)
	}
}

// TestHostileFilesTakeLittleMemory reads hostile files in a process of its own,
// which tells the most memory that it had.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector's own memory is several times what is measured")
	}
	if path := os.Getenv("BECKON_READ_ALONE"); path != "" {
		j, err := Sorted(Options{MaxRejects: -1}, path)
		if err == nil {
			for _, err = j.Next(); err == nil; _, err = j.Next() {
			}
			j.Close()
		}
		fmt.Println("ended:", err)
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(status)) {
			if strings.HasPrefix(l, "VmHWM:") {
				fmt.Print("peak: ", strings.Fields(l)[1], "\n")
			}
		}
		return
	}
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: the most memory of a process is read from /proc")
	}
	dir := t.TempDir()
	files := map[string]func(w io.Writer){
		"a line of 24 MiB": func(w io.Writer) {
			io.WriteString(w, nativeSample)
			for range 24 {
				w.Write(bytes.Repeat([]byte("x"), 1<<20))
			}
			io.WriteString(w, "\n")
		},
		"a gzip bomb": func(w io.Writer) { w.Write(bomb(t, "gzip", 24<<20)) },
		"a zstd bomb": func(w io.Writer) { w.Write(bomb(t, "zstd", 24<<20)) },
		"an archive with a body of 24 MiB": func(w io.Writer) {
			io.WriteString(w, `{"log":{"version":"1.2","entries":[{"startedDateTime":"2026-03-02T10:15:00Z","request":{"method":"GET","url":"https://s.example/"},"response":{"status":200,"content":{"mimeType":"text/html","text":"`)
			for range 24 {
				w.Write(bytes.Repeat([]byte("x"), 1<<20))
			}
			io.WriteString(w, `"}}}]}}`)
		},
		"100,000 visitors": func(w io.Writer) {
			for i := range 100_000 {
				fmt.Fprintf(w, `{"visitor":"visitor-%d","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/%d","title":"%s"}`+"\n", i*7919%100_000, i, strings.Repeat("t", 200))
			}
		},
	}
	for name, write := range files {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		write(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestHostileFilesTakeLittleMemory$")
		cmd.Env = append(os.Environ(), "BECKON_READ_ALONE="+path, "TMPDIR="+dir, "GORACE=halt_on_error=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		_, rest, _ := strings.Cut(string(out), "peak: ")
		peak, _ := strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]))
		t.Logf("%s: %d MiB; %s", name, peak>>10, strings.SplitN(string(out), "\n", 2)[0])
		if peak == 0 || peak > 150<<10 {
			t.Errorf("%s: %d KiB at most", name, peak)
		}
		os.Remove(path)
	}
}

// What is compressed may be several streams one after the other, with padding
// and frames to be skipped between; what follows and is none is told, and what
// came before is read.
func TestCompressedStreamsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	half := strings.Index(nativeSample, "\n") + 1
	a, b := nativeSample[:half], nativeSample[half:]
	within := nativeSample[:half+20]
	skipped := "\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
	z := func(s string) string { return string(zipped(t, s)) }
	zs := func(s string) string { return string(zstded(t, s)) }
	want, _ := mustRead(t, Options{}, nativeSample)
	first, _ := mustRead(t, Options{}, a)
	unended, _ := mustRead(t, Options{}, strings.TrimSuffix(a, "\n"))
	left := "in goes on after line 1 with what is not compressed, which is left out"
	for _, tt := range []struct {
		name, data string
		want       []string
		told       string
	}{
		{"two gzip members", z(a) + z(b), want, ""},
		{"a member that ends within a line", z(within) + z(nativeSample[len(within):]), want, ""},
		{"a member of nothing between", z(a) + z("") + z(b), want, ""},
		{"a member padded with NULs", z(nativeSample) + strings.Repeat("\x00", 9000), want, ""},
		{"padding between members", z(a) + strings.Repeat("\x00", 512) + z(b), want, ""},
		{"garbage behind a member", z(a) + "garbage", first, left},
		{"one byte behind a member", z(a) + "\x1f", first, left},
		{"plain lines appended to a gzip file", z(a) + b, first, left},
		{"garbage behind a line without an end", z(strings.TrimSuffix(a, "\n")) + "garbage", unended, left},
		{"a member that breaks off behind a whole one", z(a) + z(b)[:15], first, "in breaks off after line 1"},
		{"two zstd frames", zs(a) + zs(b), want, ""},
		{"a frame to be skipped between", zs(a) + skipped + zs(b), want, ""},
		{"a frame to be skipped first, as pzstd writes", skipped + zs(a) + skipped + zs(b), want, ""},
		{"garbage behind a frame", zs(a) + "garbage", first, left},
		{"plain lines appended to a zstd file", zs(a) + b, first, left},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{}, tt.data)
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") || strings.Join(r.Truncated, "; ") != tt.told || r.RejectedLines() > 0 {
				t.Errorf("%v\n%s", got, r)
			}
			if _, _, err := read(t, Options{Strict: true}, tt.data); (err == nil) != (tt.told == "") {
				t.Errorf("strict: %v", err)
			}
		})
	}
	for name, data := range map[string]string{"a member of nothing": z("") + "garbage", "a frame of nothing": skipped + "garbage"} {
		if _, _, err := read(t, Options{}, data); err == nil || !strings.Contains(err.Error(), "in: nothing can be read of it: what follows what is compressed is not") {
			t.Errorf("%s and garbage: %v", name, err)
		}
	}
	// The sum of a value that is read as a whole is looked at, too.
	for name, data := range map[string]string{"a batch": asArray(segmentSample, "[", "]"), "an archive": harSample} {
		whole := []byte(z(data))
		for cut := len(whole) - 8; cut < len(whole); cut++ {
			if _, r, err := read(t, Options{}, string(whole[:cut])); err != nil || len(r.Truncated) != 1 || r.RejectedLines() > 0 {
				t.Errorf("%s without the end of its member: %v\n%s", name, err, r)
			}
		}
		whole[len(whole)-6] ^= 1
		if _, _, err := read(t, Options{}, string(whole)); err == nil || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("%s with a wrong sum: %v", name, err)
		}
	}
}

// An input of any format that is stopped keeps what was read by then, and says
// that it is not the whole.
func TestAnInputOfAnyFormatMayEndEarly(t *testing.T) {
	t.Parallel()
	for name, s := range everySample(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, whole, err := readHiding(t, s.o, s.data)
			if err != nil {
				t.Fatal(err)
			}
			some := false
			for n := int64(1); n < whole.Lines; n++ {
				o := s.o
				o.Lines = n
				got, r, err := readHiding(t, o, s.data)
				if err != nil {
					t.Fatal(err)
				}
				if r.Lines != n || len(r.Truncated) != 1 || !strings.HasPrefix(r.Truncated[0], "in was read up to ") || len(got) > len(want) {
					t.Errorf("%d lines of %d: %s", n, whole.Lines, r)
				}
				some = some || len(got) > 0
			}
			if whole.Lines > 2 && !some {
				t.Error("nothing was kept of it")
			}
		})
	}
}

// Text behind the value that a file is read as is told or read, never passed over.
func TestWhatFollowsAWholeValueIsNotPassedOver(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(segmentSample, "\n")
	a, b := lines[0], lines[1]+lines[2]
	list := func(s string) string { return asArray(s, "[", "]") }
	batch := func(s string) string { return asArray(s, "{\n\"batch\": [", "], \"sentAt\": 1}") }
	want, _ := mustRead(t, Options{}, segmentSample)
	for _, tt := range []struct {
		name, data string
		lines      int // that are read
		told       string
	}{
		{"two lists", list(a) + list(b), 3, ""},
		{"two lists without a space between", strings.TrimSpace(list(a)) + strings.TrimSpace(list(b)), 3, ""},
		{"two batches", batch(a) + batch(b), 3, ""},
		{"a batch behind a list", list(a) + batch(b), 3, ""},
		{"garbage behind a list", list(a) + "garbage\n", 1, "in:4: want a list of messages"},
		{"a message behind a list", list(a) + lines[1], 1, "in:4: batch: missing"},
		{"garbage behind a batch", batch(a) + "7", 1, "in:5: want a list of messages"},
		{"a batch that does not end", strings.TrimSuffix(batch(a), "}\n"), 1, "in:4: the file ends within the object that holds its list of messages"},
		{"a batch that goes on with no key", strings.Replace(batch(a), ", \"sentAt\"", ", sentAt", 1), 1, "in:4: not valid JSON: want a key"},
		{"two lists in a batch", strings.Replace(batch(a), "\"sentAt\": 1", "\"batch\": ["+lines[1]+"]", 1), 1, "in:4: batch: the key comes twice"},
		{"a list under a key that is alike", strings.Replace(batch(a), "\"sentAt\": 1", "\"Batch\": ["+lines[1]+"]", 1), 1, "in:4: Batch: the key differs only in case"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{Format: FormatSegment}, tt.data)
			if r.Read != int64(tt.lines) || tt.lines == 3 && strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%v\n%s", got, r)
			}
			if told := fmt.Sprint(r.Problems); tt.told == "" && len(r.Problems) > 0 || !strings.Contains(told, tt.told) {
				t.Errorf("told %s", told)
			}
		})
	}
}

func TestAFileThatIsCutOffOrReplacedWhileItIsRead(t *testing.T) {
	t.Parallel()
	line := `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}` + "\n"
	const lines = 30_000 // more than is read ahead
	for _, tt := range []struct {
		name  string
		do    func(path string) error
		lines int64
		told  string
	}{
		{"it stays as it is", func(string) error { return nil }, lines, ""},
		{"it grows", func(path string) error { return appendTo(path, line) }, lines + 1, ""},
		{"another takes its name", func(path string) error {
			if err := os.WriteFile(path+".new", []byte(line), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		}, lines, ""},
		{"it is removed", os.Remove, lines, ""},
		{"it is cut off", func(path string) error { return os.Truncate(path, 20_000*int64(len(line))) }, 20_000, " became shorter while it was read"},
		{"it is written anew, and larger", func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat(strings.Replace(line, `"v"`, `"w"`, 1), lines+1)), 0o600)
		}, lines + 1, " was written anew while it was read"},
		{"it is written anew, and begins as before for a while", func(path string) error {
			kept := 8 << 10 / len(line)
			return os.WriteFile(path, []byte(strings.Repeat(line, kept)+strings.Repeat(strings.Replace(line, `"v"`, `"w"`, 1), lines+1-kept)), 0o600)
		}, lines + 1, " was written anew while it was read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(path, []byte(strings.Repeat(line, lines)), 0o600); err != nil {
				t.Fatal(err)
			}
			once := tt.do
			j, err := Sorted(Options{Progress: func(_ string, n int64) {
				if once != nil {
					if err := once(path); err != nil {
						t.Error(err)
					}
					once = nil
				}
			}}, path)
			if err != nil {
				t.Fatal(err)
			}
			r := drain(t, j)
			if r.Lines != tt.lines || r.Read != tt.lines || (len(r.Truncated) > 0) != (tt.told != "") || !strings.HasSuffix(strings.Join(r.Truncated, ""), tt.told) {
				t.Errorf("%s", r)
			}
		})
	}
}

func appendTo(path, s string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(s)
	return errors.Join(err, f.Close())
}

// What cannot be read is told before anything is.
func TestFilesAreOpenedBeforeTheFirstIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, loop := filepath.Join(dir, "a"), filepath.Join(dir, "loop")
	if err := errors.Join(os.WriteFile(good, []byte(nativeSample), 0o600), os.Symlink("loop", loop)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{filepath.Join(dir, "none"): "no such file", loop: "too many levels of symbolic links", dir: "a directory; name its files"} {
		_, err := Sorted(Options{Progress: func(string, int64) { t.Errorf("read before %s was looked at", path) }}, good, path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
