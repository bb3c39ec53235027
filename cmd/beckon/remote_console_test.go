package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/crypto/ssh"

	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/serve"
)

func TestWhichLineOpensWhichConsole(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]serve.Opened{
		"console":                          serve.Drawn,
		"console --light --ascii":          serve.Drawn,
		"  console   --no-color ":          serve.Drawn,
		"--still":                          serve.Drawn,
		"console --accessible":             serve.InLines,
		"--accessible":                     serve.InLines,
		"--accessible=false":               serve.Drawn,
		"":                                 serve.Nothing,
		"console --frob":                   serve.Nothing,
		"console --accessible=perhaps":     serve.Nothing,
		"console here":                     serve.Nothing,
		"--help":                           serve.Nothing,
		"--store bolt:///etc/passwd":       serve.Nothing,
		"campaign list":                    serve.Nothing,
		"campaign list --accessible":       serve.Nothing,
		"consoles":                         serve.Nothing,
		"console\x00":                      serve.Nothing,
		"console --accessible --no-demo":   serve.Nothing,
		"--accessible console":             serve.Nothing,
		"-- console":                       serve.Nothing,
		"console --accessible --still=yes": serve.Nothing,
	} {
		if got := opens(line); got != want {
			t.Errorf("%q: %d, want %d", line, got, want)
		}
	}
}

func TestAConsoleOverSSHLooksAsAskedFor(t *testing.T) {
	t.Parallel()
	h := &house{log: slog.New(slog.DiscardHandler)}
	ses := h.session(t.Context(), &serve.Client{Operator: "ana", Line: "console --light --ascii --still"})
	if !ses.Light || !ses.ASCII || !ses.Still || ses.NoColor || ses.Lines || !ses.Remote || ses.Who != "ana" {
		t.Errorf("%+v", ses)
	}
	ses = h.session(t.Context(), &serve.Client{Environ: []string{"NO_COLOR=1", "LANG=C"}})
	if !ses.NoColor || !ses.ASCII || ses.Still {
		t.Errorf("by its environment: %+v", ses)
	}
}

func TestTheConsoleLineByLineOverSSH(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	out, errs, code := g.run("ed", "console --accessible", "2\nquit\n")
	if code != 0 || errs != "" || !strings.HasPrefix(out, "Beckon, line by line.") || !strings.Contains(out, "Cart rescue") || strings.ContainsAny(out, "\x1b\r") {
		t.Errorf("through pipes: %d, %q, %q", code, out, errs)
	}
	// The input ends without a word: that leaves, too.
	if out, _, code := g.run("vi", "--accessible", "help\n"); code != 0 || !strings.Contains(out, "quit") {
		t.Errorf("an input that ends: %d, %q", code, out)
	}

	c, err := g.dial("ed")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm-256color", 24, 80, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	s.Stdin = strings.NewReader("hekp\x7f\x7flp\rquit\r")
	typed, err := s.Output("console --accessible")
	// What is typed ahead is echoed wherever the answer before has come to; that
	// it was read is that the session ended.
	if err != nil || !strings.Contains(string(typed), "hekp\b \b\b \blp\r\n") || strings.Contains(string(typed), "\x1b") {
		t.Errorf("on a terminal: %v, %q", err, typed)
	}
}

func TestKeysInAFileThatOthersMayWriteToAreRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "eve.pub")
	write := func(mode os.FileMode, lines string) {
		if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
	key := publicOf(t, "eve")
	for _, tt := range []struct {
		mode  os.FileMode
		lines string
		says  string
	}{
		{0o644, key, ""},
		{0o400, "# eve\n\nrestrict,from=\"198.51.100.0/24\",expiry-time=\"20270101\" " + key, ""},
		{0o664, key, "others may write to " + file + " (mode 0664)"},
		{0o646, key, "others may write"},
		{0o600, "# eve\n" + key + "no-pty " + publicOf(t, "mal"), file + ":3: the option no-pty is not known here"},
		{0o600, "# eve\n", file + ": there is none"},
	} {
		write(tt.mode, tt.lines)
		_, err := keysIn(file)
		s := reopened(t, filepath.Join(t.TempDir(), "x.db"))
		first := firstAdmin(t.Context(), here(), s, file, slog.New(slog.DiscardHandler))
		for _, err := range []error{err, first} {
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("mode %o, %q: %v, want %q", tt.mode, tt.lines, err, tt.says)
			}
		}
		s.Close()
	}
}

func TestAKeyWithOptionsIsKeptWithThem(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	for options, in := range map[string]bool{
		`restrict `:               true,
		`from="127.0.0.0/8,::1" `: true,
		`from="198.51.100.0/24" `: false,
		`expiry-time="21000101" `: true,
		`expiry-time="20200101" `: false,
		`restrict,from="127.0.0.1",expiry-time="21000101000000Z" `: true,
	} {
		if out, errs, code := g.run("ana", "operator add new", options+publicOf(t, "new")); code != 0 {
			t.Fatalf("%s: %q, %q", options, out, errs)
		}
		c, err := g.dial("new")
		if (err == nil) != in {
			t.Errorf("%s: %v", options, err)
		}
		if err == nil {
			c.Close()
		}
		o, err := guard.Find(t.Context(), g.store, "new")
		if err != nil || len(o.Keys) != 1 {
			t.Fatalf("%+v, %v", o, err)
		}
		o.Keys = nil
		if _, err := guard.Write(t.Context(), g.store, store.Change{Author: "ana", At: monday}, o, store.AuditEntry{Action: "update"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHowMuchMemoryAServerMayUse(t *testing.T) {
	t.Parallel()
	machine := "MemTotal:       8388608 kB\nMemFree: 1 kB\n" // 8 GiB
	for name, tt := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"a machine":               {map[string]string{"proc/meminfo": machine}, 4 << 30},
		"nothing is known":        {nil, 0},
		"a group of version 2":    {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/system.slice/beckon.service\n", "sys/fs/cgroup/system.slice/beckon.service/memory.max": "1073741824\n"}, 3 << 28},
		"the group above it":      {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "4096\n"}, 3072},
		"a container's":           {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/../x\n", "sys/fs/cgroup/memory.max": "4096\n"}, 3072},
		"a group without a limit": {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 4 << 30},
		"version 1":               {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "5:cpu:/x\n3:memory:/x\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "4096\n"}, 3072},
		"version 1, no limit":     {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "3:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 4 << 30},
		"nonsense":                {map[string]string{"proc/meminfo": "MemTotal: much", "proc/self/cgroup": "::::\n\n0::"}, 0},
	} {
		files := fstest.MapFS{}
		for file, data := range tt.files {
			files[file] = &fstest.MapFile{Data: []byte(data)}
		}
		if got := memoryShare(files); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	w := here()
	w.getenv = func(string) string { return "1GiB" }
	if got := limitMemory(w, fstest.MapFS{"proc/meminfo": &fstest.MapFile{Data: []byte("MemTotal: 2 kB")}}); got <= 1024 {
		t.Errorf("GOMEMLIMIT is set, and the limit is %d", got)
	}
}
