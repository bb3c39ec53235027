package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"beckon/fixtures"
	"beckon/model/replay"
	"beckon/tui/app"
	"beckon/tui/serve"
)

var updateReadme = flag.Bool("update-readme", false, "write the README's keys anew")

const (
	readme    = "../../README.md"
	keysBegin = "<!-- keys: made by go test ./cmd/beckon -run Readme -update-readme -->\n"
	keysEnd   = "<!-- end of keys -->\n"
)

func TestReadmeListsTheKeysThatThereAre(t *testing.T) {
	keys, err := app.Keys(screens(nil, "", here())...)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), keysBegin)
	_, after, ok2 := strings.Cut(rest, keysEnd)
	if !ok || !ok2 {
		t.Fatal("the README has no place for keys")
	}
	want := before + keysBegin + "\n" + strings.Trim(keys.Cheatsheet(), "\n") + "\n\n" + keysEnd + after
	if want == string(page) {
		return
	}
	if !*updateReadme {
		t.Fatal("the README's keys are not those of the console: run go test ./cmd/beckon -run Readme -update-readme")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeRunsTheConsoleAndTheTests: the two commands of somebody who has Go and
// nothing else stand in blocks of their own, in that order; .ci/run takes the
// second from there.
func TestReadmeRunsTheConsoleAndTheTests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, after, runs := strings.Cut(string(page), "\n```sh\ngo run ./cmd/beckon\n```\n")
	if !runs || !strings.Contains(after, "\n```sh\ngo test ./...\n```\n") {
		t.Error("the README does not begin with how to run the console and the tests")
	}
}

func TestReadmeCommandsExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	told, script := 0, false
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if fence, ok := strings.CutPrefix(line, "```"); ok {
			script = fence == "sh"
			continue
		}
		root := rootCommand(here())
		words, ok := strings.CutPrefix(line, "ExecStart=/usr/local/bin/beckon ")
		if !ok && script {
			if words, ok = strings.CutPrefix(line, "beckon "); !ok {
				words, ok = strings.CutPrefix(line, "ssh -p 2222 HOST ")
				root = remoteCommands(here(), nil, &serve.Client{})
			}
		}
		if !ok {
			continue
		}
		told++
		for _, end := range []string{" #", " | ", " > ", " < "} {
			words, _, _ = strings.Cut(words, end)
		}
		args := strings.Fields(words)
		cmd, rest, err := root.Find(args)
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err == nil && cmd.Args != nil {
			err = cmd.Args(cmd, cmd.Flags().Args())
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		for _, word := range args {
			if strings.HasPrefix(word, "fixtures/") {
				if _, err := os.Stat("../../" + word); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
	if told < 50 {
		t.Errorf("the README tells %d commands", told)
	}
}

func TestReadmeTableIsThatOfItsCommand(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("BECKON_DATA")
	if dir == "" {
		t.Skip("SKIPPED: BECKON_DATA names no directory with recorded traffic")
	}
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\nbeckon replay ")
	command, rest, _ := strings.Cut(rest, "\n")
	_, rest, _ = strings.Cut(rest, "```\n") // the end of the command, then the begin of the table
	_, rest, _ = strings.Cut(rest, "```\n")
	table, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("the README shows no table")
	}
	args := []string{"replay"}
	for _, word := range strings.Fields(command) {
		switch {
		case word == "access.log":
			word = dir + "/weblog-semicomplete/access-17-18may.log"
		case strings.HasPrefix(word, "fixtures/"):
			word = "../../" + word
		}
		args = append(args, word)
	}
	w := here()
	if code := run(args, w); code != exitFine {
		t.Fatalf("exit code %d: %s", code, w.err)
	}
	if got := w.out.(*strings.Builder).String(); got != table {
		t.Errorf("the README's table is not what its command prints:\n%s", got)
	}
}

func TestReadmeScenarioHolds(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	block, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("the README shows no scenario")
	}
	scenarios, err := replay.ParseScenario("README.md", []byte(block))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	eng, err := compile(catalog, "the demo shop")
	if err != nil {
		t.Fatal(err)
	}
	r, err := scenarios[0].Run(eng)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Passed() {
		t.Error(r.Text())
	}
}

func TestReadmeCommandsOverSSHExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	g := serveTeam(t, serve.Bounds{})
	told := 0
	for line := range strings.Lines(string(page)) {
		line, ok := strings.CutPrefix(line, "ssh -p 2222 HOST ")
		if !ok {
			continue
		}
		told++
		line, _, _ = strings.Cut(line, "#")
		line, _, _ = strings.Cut(line, "<")
		line, _, _ = strings.Cut(line, ">")
		if out, errs, code := g.run("vi", strings.TrimSpace(line)+" --help", ""); code != 0 || !strings.Contains(out, "Usage:") {
			t.Errorf("%s: %d, %q, %q", line, code, out, errs)
		}
	}
	if told < 8 {
		t.Errorf("%d commands", told)
	}
}
