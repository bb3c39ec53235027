package journey

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// placesDB is a tiny database: a city, a country alone, an address of IPv6, and
// what has no place.
func placesDB(t testing.TB) []byte {
	t.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-City", RecordSize: 24, BuildEpoch: 1772446500, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	names := func(en string) mmdbtype.Map { return mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(en)}} }
	country := func(code string) mmdbtype.Map {
		return mmdbtype.Map{"iso_code": mmdbtype.String(code), "names": mmdbtype.Map{"en": mmdbtype.String("x")}}
	}
	for network, rec := range map[string]mmdbtype.Map{
		"203.0.113.0/25":   {"country": country("CH"), "subdivisions": mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String("ZH"), "names": mmdbtype.Map{"en": mmdbtype.String("Zurich")}}}, "city": names("Winterthur")},
		"203.0.113.128/25": {"country": country("DE")},
		"198.51.100.0/24":  {"traits": mmdbtype.Map{"isp": mmdbtype.String("x")}},
		"2001:db8:7::/48":  {"country": country("FR"), "subdivisions": mmdbtype.Slice{names("Normandy")}},
	} {
		_, n, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Insert(n, rec); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAddressesHavePlaces(t *testing.T) {
	t.Parallel()
	p, err := readPlaces("t.mmdb", placesDB(t))
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]Geo{"203.0.113.7": {"CH", "ZH", "Winterthur"}, "::ffff:203.0.113.7": {"CH", "ZH", "Winterthur"}, "203.0.113.200": {Country: "DE"},
		"198.51.100.1": {}, "192.0.2.1": {}, "2001:db8:7::9": {"FR", "Normandy", ""}, "hidden": {}, "203.0.113.0/24": {}} {
		for range 2 { // the second time from memory
			g := p.at(in)
			if g == nil {
				g = &Geo{}
			}
			if *g != want {
				t.Errorf("%s: %+v, want %+v", in, *g, want)
			}
		}
	}
}

// The place is derived before the address is hidden, and where the source tells
// one it stays.
func TestPlacesComeFromAddressesThatAreHidden(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "t.mmdb")
	if err := os.WriteFile(file, placesDB(t), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := OpenPlaces(file)
	if err != nil {
		t.Fatal(err)
	}
	const page = `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/","ip":"203.0.113.7"`
	log := strings.ReplaceAll(combinedSample, "198.51.100.7", "203.0.113.7")
	for _, tt := range []struct{ data, want string }{
		{page + "}\n", `"ip":"203.0.113.0/24","geo":{"country":"CH","region":"ZH","city":"Winterthur"}`},
		{page + `,"geo":{"country":"AT"}}` + "\n", `"geo":{"country":"AT"}`},
		{page + `,"geo":{}}` + "\n", `"geo":{"country":"CH","region":"ZH","city":"Winterthur"}`},
		{log, `"ip":"203.0.113.0/24","geo":{"country":"CH","region":"ZH","city":"Winterthur"}`},
	} {
		lines, r, err := readHiding(t, Options{Places: p}, tt.data)
		if err != nil || !strings.Contains(lines[0], tt.want) || strings.Contains(strings.Join(lines, ""), "203.0.113.7") {
			t.Errorf("%v %v, want %s", lines, err, tt.want)
		}
		if told := strings.Contains(r.String(), "by Test-City of 2026-03-02"); told != strings.Contains(tt.want, "CH") {
			t.Errorf("%s", r)
		}
	}
}

// Any byte may be another, and the end missing: refused, or read without
// places, and no panic.
func TestDamagedPlaces(t *testing.T) {
	t.Parallel()
	whole := placesDB(t)
	refused, noted := 0, 0
	for i := range whole {
		for _, data := range [][]byte{whole[:i], append(append(bytes.Clone(whole[:i]), whole[i]^0xff), whole[i+1:]...)} {
			p, err := readPlaces("t.mmdb", data)
			if err != nil {
				if refused++; !strings.HasPrefix(err.Error(), "reading the database of places: t.mmdb is ") || strings.Contains(err.Error(), "\n") {
					t.Fatal(err)
				}
				continue
			}
			for _, a := range []string{"203.0.113.7", "203.0.113.200", "198.51.100.1", "2001:db8:7::9", "192.0.2.1"} {
				p.at(a)
			}
			if p.damaged != nil {
				noted++
			}
		}
	}
	if refused == 0 || noted == 0 {
		t.Errorf("%d refused, %d noted: nothing was damaged", refused, noted)
	}
	dir := t.TempDir()
	big := filepath.Join(dir, "big")
	f, err := os.Create(big)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(maxPlaces + 1); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for path, want := range map[string]string{dir: "is no file", big: "more than 1024 MiB", filepath.Join(dir, "none"): "no such file"} {
		if _, err := OpenPlaces(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
