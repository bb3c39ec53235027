package journey

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"
)

// traffic makes the lines of visitors with ten events each, interleaved.
func traffic(visitors int) []byte {
	var b bytes.Buffer
	for i := range 10 {
		for v := range visitors {
			at := (at0 + Instant(i*60_000+v)).String()
			if i%5 == 4 {
				fmt.Fprintf(&b, `{"visitor":"v-%d","at":"%s","type":"cart","total":"%d.50","currency":"EUR","numItems":2,"products":[{"product":{"name":"Trail Tent 2P","category":"camping","sku":"TT-2P","price":"199.00"}}]}`+"\n", v*7919%visitors, at, i)
				continue
			}
			fmt.Fprintf(&b, `{"visitor":"v-%d","at":"%s","type":"page","url":"https://shop.example/p/%d","title":"Product %d","referrer":"https://www.google.com/?q=tent","sections":["shop"]}`+"\n", v*7919%visitors, at, v%997, v%997)
		}
	}
	return b.Bytes()
}

func benchSorted(b *testing.B, o Options, data []byte, events int) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		j, err := SortedReader(o, "in", bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := j.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
}

// From lines to journeys in order: in memory, and sorted on disk.
func BenchmarkSorted(b *testing.B) {
	const visitors = 10_000
	data := traffic(visitors)
	b.Run("memory", func(b *testing.B) { benchSorted(b, Options{RunBytes: 1 << 30}, data, 10*visitors) })
	b.Run("disk", func(b *testing.B) {
		benchSorted(b, Options{RunBytes: 8 << 20, TempDir: b.TempDir()}, data, 10*visitors)
	})
}

func BenchmarkCombined(b *testing.B) {
	var buf bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&buf, "198.51.%d.%d - - [02/Mar/2026:10:%02d:%02d +0000] \"GET /p/%d HTTP/1.1\" 200 10 \"https://www.google.com/?q=tent\" \"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/%d.0\"\n", i%7, i%251, i/60%60, i%60, i%997, i%40)
	}
	benchSorted(b, Options{}, buf.Bytes(), 20_000)
}

func BenchmarkTable(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString("year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;model photography;price;price 2;page\n")
	for i := range 20_000 {
		fmt.Fprintf(&buf, "2008;4;%d;%d;29;%d;%d;%d;1;5;1;28;2;1\n", 1+i%28, 1+i%9, i/9, 1+i%4, i%217)
	}
	benchSorted(b, Options{Mapping: mustMapping(b, shopMapping)}, buf.Bytes(), 40_000)
}

func BenchmarkSegment(b *testing.B) {
	var buf bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&buf, `{"type":"page","messageId":"m-%d","anonymousId":"a-%d","timestamp":"2026-03-02T10:%02d:%02dZ","properties":{"url":"https://shop.example/%d","title":"Shop"},"context":{"userAgent":"Mozilla/5.0 (X11)","locale":"de-DE"}}`+"\n", i, i%1000, i/60%60, i%60, i%97)
	}
	benchSorted(b, Options{}, buf.Bytes(), 20_000)
}

// benchLines only reads the lines.
func benchLines(b *testing.B, data []byte) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := &lineReader{r: bufio.NewReaderSize(bytes.NewReader(data), sampleBytes)}
		for {
			if _, err := r.next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
