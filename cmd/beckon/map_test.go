package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A spreadsheet that saves "CSV" writes Windows-1252: what cannot be read is
// told with what to do about it, also where nothing could be guessed.
func TestAGuessTellsOfLinesThatAreNoUTF8(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, header, wrong string }{
		{"nothing can be guessed", "Ger\xe4t;Wann;Seite\n", "no column is the visitor"},
		{"all can be guessed", "visitor;time;url\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "till.csv")
			rows := "K1;2026-03-02 10:15:00;https://shop.example/\nK1;2026-03-02 10:16:00;https://shop.example/m\xf6bel\nK2;2026-03-02 10:16:00;https://shop.example/\n"
			if err := os.WriteFile(path, []byte(tt.header+rows), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, told strings.Builder
			err := guessMapping(&world{out: &out, err: &told}, path)
			said := told.String()
			if err != nil {
				said += err.Error()
			}
			if !strings.Contains(said, "no text in UTF-8") || !strings.Contains(said, "save the table as UTF-8") || !strings.Contains(said, tt.wrong) || (err != nil) != (tt.wrong != "") {
				t.Errorf("%v\n%s\n%s", err, said, out.String())
			}
		})
	}
}
