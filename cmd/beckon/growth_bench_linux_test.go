package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"beckon/fixtures"
	"beckon/model"
)

// recordedLog writes so many events of the demo shop's site, eight to a visitor,
// the visitors' interleaved as in a log.
func recordedLog(w io.Writer, format string, events int) error {
	out := bufio.NewWriterSize(w, 1<<16)
	visitors := max(1, events/8)
	for i := range events {
		at := monday.Add(time.Duration(i/visitors)*40*time.Second + time.Duration(i%visitors%40_000)*time.Millisecond).Format("2006-01-02T15:04:05.000Z07:00")
		page := madePages[(i/visitors+i)%len(madePages)]
		if format == "segment" {
			fmt.Fprintf(out, `{"type":"page","messageId":"m-%d","anonymousId":"v-%d","timestamp":"%s","properties":{"url":"https://shop.example%s"}}`+"\n", i, i%visitors, at, page)
		} else {
			fmt.Fprintf(out, `{"visitor":"v-%d","at":"%s","type":"page","url":"https://shop.example%s"}`+"\n", i%visitors, at, page)
		}
	}
	return out.Flush()
}

// campaignsOverAndOver writes a catalog of so many campaigns, those of the demo shop over and
// over.
func campaignsOverAndOver(b *testing.B, campaigns int) string {
	b.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		b.Fatal(err)
	}
	many := *c
	many.Campaigns = nil
	for i := range campaigns {
		k := *c.Campaigns[i%len(c.Campaigns)]
		if i >= len(c.Campaigns) {
			k.ID, k.Name = fmt.Sprintf("%s-%d", k.ID, i), fmt.Sprintf("%s %d", k.Name, i)
		}
		many.Campaigns = append(many.Campaigns, &k)
	}
	var out bytes.Buffer
	if err := model.Encode(&out, &many); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "catalog.yaml")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// replayed replays a log that is made as it is read, in a process of its own, and
// tells what that took.
func replayed(b *testing.B, catalog, format string, events int) (cpu time.Duration, peakMB float64) {
	b.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("beckon", "replay", "--catalog", catalog, "-")
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+b.TempDir())
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = r, &said
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	r.Close()
	wrote := recordedLog(w, format, events)
	w.Close()
	if err := cmd.Wait(); err != nil || wrote != nil {
		b.Fatal(err, wrote, said.String())
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), float64(used.Maxrss) / 1024
}

// BenchmarkGrowth tells how the time of the processors and the most memory of a
// whole replay grow as the file and as the catalog grow by ten. What reading and
// compiling the catalog takes is told by itself, of a log of a few lines. Run it
// with -benchtime 1x.
func BenchmarkGrowth(b *testing.B) {
	one := func(name string, campaigns int, format string, events int) {
		b.Run(name, func(b *testing.B) {
			catalog := campaignsOverAndOver(b, campaigns)
			for b.Loop() {
				before, idle := replayed(b, catalog, format, 8)
				cpu, peak := replayed(b, catalog, format, events)
				b.ReportMetric(float64((cpu-before).Nanoseconds())/float64(events), "cpu-ns/event")
				b.ReportMetric(before.Seconds()*1000, "cpu-ms-before")
				b.ReportMetric(idle, "MB-before")
				b.ReportMetric(peak, "MB-peak")
				b.ReportMetric(0, "ns/op") // making the log is not what is measured
			}
		})
	}
	for _, format := range []string{"native", "segment"} {
		for _, events := range []int{400_000, 4_000_000} {
			one(fmt.Sprintf("file/%s/%d", format, events), 17, format, events)
		}
	}
	for _, campaigns := range []int{100, 1000, 10_000} {
		one(fmt.Sprintf("catalog/%d", campaigns), campaigns, "native", 100_000)
	}
}
