package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
	"beckon/store/guard"
	"beckon/tui/serve"
)

// What a server costs is measured in a process of its own, which says how much
// it uses; the clients are here.

// A usage is what the server has used so far.
type usage struct {
	Goroutines int
	Heap       uint64 // live bytes, behind a collection
	Stacks     uint64
	Resident   uint64
	CPU        time.Duration
	Allocated  uint64 // bytes, in all
	Objects    uint64 // in all
}

func use() (u usage) {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers freed
	runtime.ReadMemStats(&m)
	u = usage{Goroutines: runtime.NumGoroutine(), Heap: m.HeapAlloc, Stacks: m.StackInuse, Allocated: m.TotalAlloc, Objects: m.Mallocs, CPU: processTime()}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); f[0] == "VmRSS:" {
			kib, _ := strconv.ParseUint(f[1], 10, 64)
			u.Resident = kib << 10
		}
	}
	return u
}

// processTime is the time that this process had on a core.
func processTime() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func init() { programs["beckon-load-server"] = loadServerMain }

// loadServerMain is the server as a process. Its only argument is a store; it
// takes orders from standard input, a line each, and answers each with one.
func loadServerMain() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "load server:", err)
			os.Exit(1)
		}
	}
	s, err := openStore(ctx, here(), os.Args[1])
	fail(err)
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	host, err := ssh.NewSignerFromKey(secretOf("host"))
	fail(err)
	bounds := serve.Bounds{Sessions: 1000, SessionsOf: 1000, Rate: 100_000, Strangers: 1000, StrangersFrom: 1000}
	if os.Getenv("BECKON_LOAD_BOUNDS") == "default" {
		bounds = serve.Bounds{Rate: 5000} // everybody is at one address
	}
	over := make(chan error, 1)
	go func() {
		w := here()
		w.now = time.Now
		over <- serveStore(ctx, w, s, host, l, bounds, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	}()
	fmt.Println(l.Addr())
	answer := json.NewEncoder(os.Stdout)
	var held [][]byte
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch order, arg, _ := strings.Cut(in.Text(), " "); order {
		case "use":
			fail(answer.Encode(use()))
		case "cpu": // without a collection
			fail(answer.Encode(processTime()))
		case "rename": // a campaign that every console shows
			fail(renamed(ctx, s, arg))
			fail(answer.Encode("done"))
		case "profile":
			fail(profile(arg))
			fail(answer.Encode("done"))
		case "hold": // so many bytes, as a leak would
			n, err := strconv.Atoi(arg)
			fail(err)
			held = append(held, make([]byte, n))
			fail(answer.Encode("done"))
		}
	}
	runtime.KeepAlive(held)
	stop()
	fail(<-over)
}

// profile writes what the heap holds to a file, or begins to write where time
// goes: heap FILE, cpu FILE, and stop.
func profile(arg string) error {
	kind, file, _ := strings.Cut(arg, " ")
	if kind == "stop" {
		pprof.StopCPUProfile()
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if kind == "cpu" {
		return pprof.StartCPUProfile(f)
	}
	if kind == "goroutines" {
		return errors.Join(pprof.Lookup("goroutine").WriteTo(f, 1), f.Close())
	}
	runtime.GC()
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}

// A loaded is such a process.
type loaded struct {
	t       testing.TB
	cmd     *exec.Cmd
	address string
	mu      sync.Mutex // one order at a time
	in      io.WriteCloser
	out     *bufio.Reader
	closed  bool
}

// loadServer begins one that serves a demo shop of its own.
func loadServer(t testing.TB, env ...string) *loaded {
	t.Helper()
	return loadServerOf(t, shop(t), env...)
}

// etcdShop is a demo shop in a cluster of three members, which wait for the disk.
func etcdShop(t testing.TB) string {
	t.Helper()
	c, stop := cluster.Start(t, cluster.Options{})
	t.Cleanup(stop)
	url := etcdScheme + strings.Join(c.Endpoints(), ",") + "/shop"
	s, err := openStore(t.Context(), here(), url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fill(t.Context(), here(), s)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return url
}

func loadServerOf(t testing.TB, path string, env ...string) *loaded {
	t.Helper()
	s, err := openStore(t.Context(), here(), path)
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]guard.Role{"ana": guard.Admin, "vi": guard.Viewer} {
		keys, err := guard.ParseKeys([]byte(publicOf(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		o := guard.Operator{Name: name, Role: role, Keys: keys}
		if _, err := guard.Write(t.Context(), s, store.Change{Author: "ana", At: monday}, o, store.AuditEntry{Action: "create"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	l := &loaded{t: t, cmd: exec.Command("beckon-load-server", path)}
	l.cmd.Env = append(os.Environ(), env...)
	var log bytes.Buffer
	l.cmd.Stderr = &log
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.out = bufio.NewReader(out)
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.close()
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Errorf("the server's log: %s", line)
			}
		}
	})
	address, err := l.out.ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not begin: %v\n%s", err, log.String())
	}
	l.address = strings.TrimSpace(address)
	return l
}

// close ends the process, and is a test of that.
func (l *loaded) close() {
	if !l.closed {
		l.closed = true
		l.in.Close()
		if err := l.cmd.Wait(); err != nil {
			l.t.Errorf("the server ended with %v", err)
		}
	}
}

func (l *loaded) order(order string, into any) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := io.WriteString(l.in, order+"\n"); err != nil {
		l.t.Fatal(err)
	}
	line, err := l.out.ReadBytes('\n')
	if err != nil {
		l.t.Fatalf("%s: the server is gone: %v", order, err)
	}
	if err := json.Unmarshal(line, into); err != nil {
		l.t.Fatalf("%s: %q: %v", order, line, err)
	}
}

func (l *loaded) use() (u usage) {
	l.t.Helper()
	l.order("use", &u)
	return u
}

func (l *loaded) cpu() (d time.Duration) {
	l.t.Helper()
	l.order("cpu", &d)
	return d
}

// others is the time that the machine's cores had for anybody but the server and
// its clients: figures of times are those of a machine that was as busy with it.
func (l *loaded) others() time.Duration {
	l.t.Helper()
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		l.t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	var busy time.Duration
	for i, field := range strings.Fields(line)[1:] {
		if i != 3 && i != 4 && i < 8 { // idle, and waiting for a disk; guests are counted twice
			ticks, _ := strconv.ParseInt(field, 10, 64)
			busy += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return busy - l.cpu() - processTime()
}

func (l *loaded) rename(name string) {
	l.t.Helper()
	var done string
	l.order("rename "+name, &done)
}

// settles waits until the server has as many goroutines as it should, and gives
// what it has in the end.
func (l *loaded) settles(goroutines int) usage {
	l.t.Helper()
	late := time.Now().Add(2 * time.Minute)
	for {
		u := l.use()
		if u.Goroutines == goroutines || time.Now().After(late) {
			return u
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A rider is a client with a console of 120 by 40 that looks for words in what
// it is sent. The renderer sends cells that changed, and words whose cells all
// did whole; others are looked for on what they make of the screen.
type rider struct {
	conn *ssh.Client
	line net.Conn
	in   io.Writer
	took time.Duration // from dialing to the first picture

	hangUp func() error // nil: conn does it

	mu    sync.Mutex
	bytes int
	looks map[string]*sight
	tail  []byte // of what came, as long as a word
	gone  chan struct{}
	drawn composed
}

func (l *loaded) ride(name string) (*rider, error) {
	began := time.Now()
	signer, err := ssh.NewSignerFromKey(secretOf(name))
	if err != nil {
		return nil, err
	}
	line, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, err
	}
	conn, channels, requests, err := ssh.NewClientConn(line, l.address, &ssh.ClientConfig{User: name, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	c := ssh.NewClient(conn, channels, requests)
	s, err := c.NewSession()
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	r := &rider{conn: c, line: line, looks: map[string]*sight{}, gone: make(chan struct{})}
	seen := r.look("Campaigns") // a tab, wherever an earlier session was cut off
	r.in, _ = s.StdinPipe()
	out, _ := s.StdoutPipe()
	if err := errors.Join(s.RequestPty("xterm-256color", 40, 120, ssh.TerminalModes{}), s.Shell()); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	go r.read(out)
	if _, err := r.await(seen); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	r.took = time.Since(began)
	return r, nil
}

func (r *rider) read(out io.Reader) {
	defer close(r.gone)
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		at := time.Now()
		r.mu.Lock()
		r.bytes += n
		r.tail = append(r.tail, buf[:n]...)
		for word, look := range r.looks {
			if bytes.Contains(r.tail, []byte(word)) {
				look.seen <- at
				delete(r.looks, word)
			}
		}
		r.drawn.came(buf[:n], at)
		r.tail = append(r.tail[:0], r.tail[max(0, len(r.tail)-64):]...)
		full := r.drawn.bytes > mostPieces
		r.mu.Unlock()
		if full {
			r.compose()
		}
		if err != nil {
			return
		}
	}
}

// look asks for the instant at which a word comes next.
func (r *rider) look(word string) <-chan time.Time {
	seen := make(chan time.Time, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tail = r.tail[:0]
	r.looks[word] = &sight{seen: seen, behind: r.drawn.pieces}
	return seen
}

func (r *rider) await(seen <-chan time.Time) (time.Time, error) {
	late := time.After(3 * time.Minute)
	for compose := firstComposed; ; compose *= 2 {
		select {
		case at := <-seen:
			return at, nil
		case <-r.gone:
			return time.Time{}, errors.New("the session ended")
		case <-late:
			return time.Time{}, errors.New("what was looked for did not come")
		case <-time.After(compose): // it may have come in pieces
			r.compose()
		}
	}
}

func (r *rider) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes
}

func (r *rider) press(keys string) error {
	_, err := io.WriteString(r.in, keys)
	return err
}

// play goes to the Simulator, where it may be already, and plays the journey that it opens with.
func (r *rider) play() error {
	for _, step := range []struct{ key, word string }{{"3\x12", "nearest first"}, {" ", "playing"}} {
		seen := r.look(step.word)
		if err := r.press(step.key); err != nil {
			return err
		}
		if _, err := r.await(seen); err != nil {
			return fmt.Errorf("%s in the Simulator: %w", step.word, err)
		}
	}
	return nil
}

// moves gives the key that moves the mark of the list of campaigns down and up
// again, and what the sheet beside it says only then. The two have no letter in the
// same place.
func moves(k int) (key, word string) {
	if k%2 == 1 {
		return "k", "ask-a-guide"
	}
	return "j", "before-you-go"
}

// types moves the mark of the list of campaigns up and down, a key each time,
// until ctx ends, and gives how long each took to be seen.
func (r *rider) types(ctx context.Context, each time.Duration) (took []time.Duration, err error) {
	for k := 0; ctx.Err() == nil; k++ {
		key, word := moves(k)
		seen := r.look(word)
		began := time.Now()
		if err := r.press(key); err != nil {
			return took, err
		}
		at, err := r.await(seen)
		if err != nil {
			return took, fmt.Errorf("key %d: %w", k, err)
		}
		took = append(took, at.Sub(began))
		select {
		case <-ctx.Done():
		case <-time.After(each - time.Since(began)):
		}
	}
	return took, nil
}

// rides opens n consoles, four at a time.
func (l *loaded) rides(n int) []*rider {
	l.t.Helper()
	return l.ridesBy(n, l.ride)
}

func (l *loaded) ridesBy(n int, ride func(name string) (*rider, error)) []*rider {
	l.t.Helper()
	all, errs := make([]*rider, n), make([]error, n)
	var wg sync.WaitGroup
	for lane := range 4 {
		wg.Go(func() {
			for i := lane; i < n; i += 4 {
				all[i], errs[i] = ride("vi")
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		l.t.Fatal(err)
	}
	return all
}

// atOnce does something with every rider at the same time.
func (l *loaded) atOnce(all []*rider, do func(i int, r *rider) error) {
	l.t.Helper()
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, r := range all {
		wg.Go(func() { errs[i] = do(i, r) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		l.t.Fatal(err)
	}
}

// quantile is that of durations, in milliseconds.
func quantile(d []time.Duration, q float64) float64 {
	d = slices.Sorted(slices.Values(d))
	return float64(d[int(float64(len(d)-1)*q)]) / float64(time.Millisecond)
}

// names of a campaign, no two of which that follow each other have a letter in
// the same place. None comes between the two that types moves between.
func nameNo(i int) string {
	return strings.Repeat(string([]byte{byte('C' + 2*(i%12)), byte('b' + 2*(i%11))}), 5)
}

// BenchmarkSessions serves the demo shop to so many operators at 120 by 40 and
// says what one of them costs. Times and CPU are those of a machine on which the
// clients run, too.
func BenchmarkSessions(b *testing.B) {
	for _, n := range []int{1, 20, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for range b.N {
				measureSessions(b, n, shop(b))
			}
		})
	}
}

// BenchmarkConsolesInEtcd is [BenchmarkSessions] with the store in a cluster of
// three members, which are on the same machine, too.
func BenchmarkConsolesInEtcd(b *testing.B) {
	for _, n := range []int{20, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for range b.N {
				measureSessions(b, n, etcdShop(b))
			}
		})
	}
}

func measureSessions(b *testing.B, n int, path string) {
	const phase = 6 * time.Second
	l := loadServerOf(b, path)
	first := l.rides(1) // what is made once is made
	first[0].conn.Close()
	<-first[0].gone
	time.Sleep(time.Second)
	base := l.use()
	report := func(value float64, unit string) { b.ReportMetric(value, unit) }
	each := float64(n)

	all := l.rides(n)
	var connect []time.Duration
	for _, r := range all {
		connect = append(connect, r.took)
	}
	report(quantile(connect, 0.5), "connect-p50-ms")
	report(quantile(connect, 0.99), "connect-p99-ms")
	report(float64(all[0].count()), "first-bytes")
	time.Sleep(time.Second)

	received := func() (sum int) {
		for _, r := range all {
			sum += r.count()
		}
		return sum
	}
	spent := func(what string, do func()) {
		cpu, others, bytes, began := l.cpu(), l.others(), received(), time.Now()
		do()
		took := time.Since(began).Seconds()
		report(float64(l.cpu()-cpu)/float64(time.Millisecond)/each/took, what+"-cpu-ms/session-s")
		report((l.others()-others).Seconds()/took, what+"-others-cores")
		report(float64(received()-bytes)/each/took, what+"-B/session-s")
	}
	memory := func(what string) {
		u := l.use()
		report(float64(u.Heap-base.Heap+u.Stacks-base.Stacks)/each/(1<<20), what+"-MB/session")
		report(float64(u.Goroutines-base.Goroutines)/each, what+"-goroutines/session")
	}
	profiled := func(order string) {
		if dir := os.Getenv("BECKON_PROFILE"); dir != "" && n > 1 {
			var done string
			kind, name, _ := strings.Cut(order, " ")
			l.order("profile "+kind+" "+filepath.Join(dir, fmt.Sprintf("%s-%s-%d.pprof", kind, name, n)), &done)
		}
	}
	memory("idle")
	profiled("heap idle")
	profiled("cpu idle")
	spent("idle", func() { time.Sleep(phase) })
	profiled("stop")

	// Everybody moves the mark up and down, two keys a second, and every second
	// somebody saves what all see.
	var mu sync.Mutex
	var keys, changes []time.Duration
	profiled("cpu typing")
	typing, stop := context.WithTimeout(context.Background(), phase)
	defer stop()
	spent("typing", func() {
		var savers sync.WaitGroup
		savers.Go(func() {
			for i := 1; typing.Err() == nil; i++ {
				name := nameNo(i)
				seen := make([]<-chan time.Time, n)
				for j, r := range all {
					seen[j] = r.look(name)
				}
				began := time.Now()
				l.rename(name)
				for j, r := range all {
					at, err := r.await(seen[j])
					if err != nil {
						b.Errorf("a change of another operator: %v", err)
						return
					}
					changes = append(changes, at.Sub(began))
				}
				time.Sleep(time.Second - time.Since(began))
			}
		})
		l.atOnce(all, func(i int, r *rider) error {
			time.Sleep(time.Duration(i) * 500 * time.Millisecond / time.Duration(n)) // not all at once
			took, err := r.types(typing, 500*time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			keys = append(keys, took...)
			return err
		})
		savers.Wait()
	})
	profiled("stop")
	report(quantile(keys, 0.5), "key-p50-ms")
	report(quantile(keys, 0.99), "key-p99-ms")
	report(quantile(changes, 0.5), "change-p50-ms")
	report(quantile(changes, 0.99), "change-p99-ms")

	l.atOnce(all, func(_ int, r *rider) error {
		return r.play()
	})
	time.Sleep(time.Second)
	profiled("cpu playing")
	spent("playing", func() { time.Sleep(phase) })
	profiled("stop")
	memory("playing")
	profiled("heap playing")
	u := l.use()
	report(float64(u.Resident-base.Resident)/each/(1<<20), "playing-rss-MB/session")

	l.atOnce(all, func(_ int, r *rider) error { return r.conn.Close() })
	after := l.settles(base.Goroutines)
	profiled("goroutines after")
	report(float64(after.Goroutines-base.Goroutines), "goroutines-left")
	report((float64(after.Heap)-float64(base.Heap))/(1<<20), "heap-left-MB")
}

func TestSessionsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	l := loadServer(t)
	const n = 6
	begun := l.use()
	ends := map[string]func(*rider) error{
		"they quit":       func(r *rider) error { return r.press("q") },
		"they hang up":    func(r *rider) error { return r.conn.Close() },
		"the line is cut": func(r *rider) error { return r.line.Close() },
		"they hang up with keys on the way": func(r *rider) error {
			return errors.Join(r.press(strings.Repeat("jk", 2000)), r.conn.Close())
		},
	}
	// Goroutines are counted; bytes are not quite the same each time, and are not
	// judged beside what the race detector keeps.
	const noise = 6 << 20 // consoles that are held take twice as much
	var first uint64
	for name, end := range ends {
		all := l.rides(n)
		l.atOnce(all, func(i int, r *rider) error {
			if i%2 == 0 {
				return nil
			}
			return r.play()
		})
		if u := l.use(); u.Goroutines < begun.Goroutines+10*n {
			t.Errorf("%d consoles have %d goroutines: nothing is measured", n, u.Goroutines-begun.Goroutines)
		}
		l.atOnce(all, func(_ int, r *rider) error {
			err := end(r)
			<-r.gone
			r.conn.Close()
			return err
		})
		u := l.settles(begun.Goroutines)
		if u.Goroutines != begun.Goroutines {
			t.Errorf("when %s, %d goroutines are left of %d consoles", name, u.Goroutines-begun.Goroutines, n)
		}
		if first == 0 {
			first = u.Heap // with what is made once
		}
		if more := int64(u.Heap) - int64(first); more > noise && !raceEnabled {
			t.Errorf("when %s, %d bytes are left", name, more)
		}
	}
	// One console more is seen among the goroutines, and as much as all consoles
	// hold among the bytes.
	r, err := l.ride("vi")
	if err != nil {
		t.Fatal(err)
	}
	defer r.conn.Close()
	var done string
	l.order("hold "+strconv.Itoa(8*noise), &done)
	if u := l.use(); u.Goroutines == begun.Goroutines || int64(u.Heap)-int64(first) < 4*noise {
		t.Errorf("one console has %d goroutines, and %d bytes are held: a leak would not be seen", u.Goroutines-begun.Goroutines, int64(u.Heap)-int64(first))
	}
}

func TestAChangeIsOnEveryScreen(t *testing.T) {
	t.Parallel()
	l := loadServer(t)
	all := l.rides(12)
	seen, other := make([]<-chan time.Time, len(all)), make([]<-chan time.Time, len(all))
	for i, r := range all {
		seen[i], other[i] = r.look(nameNo(1)), r.look(nameNo(2))
	}
	l.rename(nameNo(2))
	for i, r := range all { // a screen that missed it would send less of the next
		if _, err := r.await(other[i]); err != nil {
			t.Fatalf("screen %d: %v", i, err)
		}
	}
	for i := range all { // another change is not taken for it
		select {
		case <-seen[i]:
			t.Errorf("screen %d shows what nobody wrote", i)
		default:
		}
	}
	l.rename(nameNo(1))
	for i, r := range all {
		if _, err := r.await(seen[i]); err != nil {
			t.Errorf("screen %d: %v", i, err)
		}
		r.conn.Close()
	}
}
