package journey

import (
	"strings"
	"testing"
)

// Names in other languages, and values where names say nothing, tell what columns
// are; why stands beside each, and what could be something else is listed.
func TestColumnsAreGuessedByForeignNamesAndByTheirValues(t *testing.T) {
	t.Parallel()
	const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0"
	for name, tt := range map[string]struct {
		data string
		yaml []string
		not  []string
		want []string
	}{
		"German": {"Besucher-ID;Zeitpunkt;Seite;Ereignis;Artikelnummer;Stückzahl;Preis;Währung\nb1;2026-03-02 10:15:00;https://s.example/;page_view;;;;\nb1;2026-03-02 10:16:00;;add_to_cart;T;2;12,50;EUR\n", []string{
			`visitor: "{Besucher-ID}" # it is called Besucher-ID, which is a word for visitorid`, `value: "{Zeitpunkt}" # it is called Zeitpunkt, which is a word for timestamp`, `numbers: comma # there is a`}, nil,
			[]string{`{"visitor":"b1","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/"}`,
				`{"visitor":"b1","at":"2026-03-02T10:16:00Z","type":"cart","total":"25.00","currency":"EUR","numItems":2,"products":[{"product":{"sku":"T","price":"12.50"},"quantity":2}],"partial":true}`}},
		"French": {"id_utilisateur,Horodatage,Adresse URL,Titre\nu1,2026-03-02T10:15:00Z,https://s.example/,Accueil\n", []string{`visitor: "{id_utilisateur}"`, `value: "{Horodatage}"`, `url: "{Adresse URL}"`}, nil,
			[]string{`{"visitor":"u1","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/","title":"Accueil"}`}},
		"Spanish": {"idSesión,fecha,página,país\nq1,2026-03-02 10:15:00,https://s.example/,ES\n", []string{`visitor: "{idSesión}" # it is called idSesión, which is a word for sessionid, and no column is the visitor`, `country: "{país}"`}, nil,
			[]string{`{"visitor":"q1","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/","geo":{"country":"ES"}}`}},
		"names that say nothing": {"a,b,c,d,e,f\n8f3a-11,1772446500123,https://s.example/," + agent + ",DE,198.51.100.7\n8f3a-11,1772446560123,https://s.example/cart," + agent + ",DE,198.51.100.7\n9c77-02,1772446570123,https://s.example/," + agent + ",FR,198.51.100.8\n", []string{
			`visitor: "{a}" # its values are ids that come again from row to row`, `value: "{b}" # its values are numbers of the size of milliseconds since 1970, if they are instants`, `layout: "unix-ms"`, `userAgent: "{d}" # its values are user agents`, `country: "{e}" # its values are codes of countries`, `ip: "{f}" # its values are addresses of the Internet`}, []string{"# Columns"}, nil},
		"seconds and microseconds": {"k,s,u\nabc-123,1772446500,/a\nabc-123,1772446560,/b\nabc-124,1772446570,/b\n", []string{`layout: "unix-s"`, `visitor: "{k}"`, `url: "{u}" # its values are paths`}, nil, nil},
		"microseconds":             {"k,s,u\nabc-123,1772446500000000,/a\nabc-123,1772446560000000,/b\nabc-124,1772446570000000,/b\n", []string{`layout: "unix-us"`}, nil, nil},
		"two that could be the visitor, the instant, the page": {"p,q,t,t2,u,u2,m\nuser-01,sess-001,2026-03-02T10:15:00Z,2026-03-02T10:15:01Z,https://s.example/,https://a.example/,12.50 €\nuser-01,sess-001,2026-03-02T10:16:00Z,2026-03-02T10:16:01Z,https://s.example/b,https://s.example/,1.50 €\n" +
			"user-01,sess-002,2026-03-02T18:16:00Z,2026-03-02T18:16:01Z,https://s.example/c,https://s.example/,\nuser-02,sess-003,2026-03-02T18:16:00Z,2026-03-02T18:16:01Z,https://s.example/c,https://s.example/,\n", []string{
			`visitor: "{p}"`, "# Columns that are left out, and could be something:\n#   m: its values are amounts: a price, a total, or something else\n#   q: its values could be the visitor, too, for which p was taken\n#   t2: its values are instants, too; the time is {t}\n#   u2: its values are URLs, too"}, nil, nil},
		"an amount that no event asks for":     {"k;Zeitpunkt;u;Betrag\nab-123;02.03.2026 10:15;/a;12,50\nab-123;02.03.2026 10:16;/b;1,50\nab-124;03.04.2026 10:16;/b;\n", []string{"#   Betrag: its values are amounts"}, nil, nil},
		"ids that never come again are nobody": {"a,b,c\nid-0001,2026-03-02T10:15:00Z,/a\nid-0002,2026-03-02T10:16:00Z,/a\n", nil, []string{`visitor: "{a}"`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := NewSketch([]byte(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			y := string(s.YAML(true))
			for _, w := range tt.yaml {
				if !strings.Contains(y, w) {
					t.Errorf("%s is missing in\n%s", w, y)
				}
			}
			for _, w := range tt.not {
				if strings.Contains(y, w) {
					t.Errorf("%s is in\n%s", w, y)
				}
			}
			if lacks, _ := s.Missing(); lacks != "" {
				if len(tt.yaml) > 0 {
					t.Error(lacks)
				}
				return
			}
			m, err := ParseMapping("map.yaml", []byte(y))
			if err != nil {
				t.Fatalf("%v\n%s", err, y)
			}
			got, r := mustRead(t, Options{Mapping: m, KeepPersonal: true}, tt.data)
			if r.RejectedLines() > 0 || tt.want != nil && strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("%s\n%s", strings.Join(got, "\n"), r)
			}
		})
	}
}
