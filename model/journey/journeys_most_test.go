package journey

import (
	"io"
	"strings"
	"testing"
)

// Where a row is several events, as many are to come, and not as many as there
// are lines.
func TestMostIsOfEventsAndNotOfLines(t *testing.T) {
	t.Parallel()
	j, err := SortedReader(Options{Mapping: mustMapping(t, shopMapping)}, "in",
		strings.NewReader("year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;model photography;price;price 2;page\n"+
			strings.Repeat("2008;4;1;1;29;1;1;7;1;5;1;28;2;1\n", 3)))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	most, events := j.Most(), int64(0)
	for {
		st, err := j.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		events += int64(len(st.Events))
	}
	if most != 6 || events != most {
		t.Errorf("most %d, %d came", most, events)
	}
}
