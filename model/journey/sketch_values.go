package journey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"beckon/model/text"
)

// foreignNames are names of columns in German, French and Spanish, folded, and
// what they are called where guesses look for them.
var foreignNames = map[string]string{
	"besucher": "visitor", "besucherid": "visitorid", "visiteur": "visitor", "idvisiteur": "visitorid", "visitante": "visitor", "idvisitante": "visitorid",
	"kunde": "customer", "kundenid": "customerid", "kundennummer": "customerid", "kundennr": "customerid", "client": "customer", "idclient": "customerid", "numeroclient": "customerid", "cliente": "customer", "idcliente": "customerid",
	"nutzer": "user", "nutzerid": "userid", "benutzer": "user", "benutzerid": "userid", "utilisateur": "user", "idutilisateur": "userid", "usuario": "user", "idusuario": "userid",
	"sitzung": "session", "sitzungsid": "sessionid", "sitzungid": "sessionid", "besuch": "visit", "besuchsid": "visitid", "idsession": "sessionid", "visite": "visit", "idvisite": "visitid", "sesion": "session", "idsesion": "sessionid", "visita": "visit", "idvisita": "visitid",
	"zeitpunkt": "timestamp", "zeitstempel": "timestamp", "zeit": "time", "uhrzeit": "time", "datum": "date", "horodatage": "timestamp", "horodate": "timestamp", "heure": "time", "dateheure": "datetime", "fecha": "date", "fechahora": "datetime", "fechayhora": "datetime", "hora": "time", "marcadetiempo": "timestamp",
	"seite": "page", "seitenurl": "pageurl", "adresse": "url", "adresseurl": "url", "lienurl": "url", "pfad": "path", "chemin": "path", "pagina": "page", "ruta": "path", "enlace": "link",
	"titel": "title", "seitentitel": "pagetitle", "titre": "title", "titrepage": "pagetitle", "titulo": "title", "verweis": "referrer", "herkunft": "referrer", "referent": "referrer", "referente": "referrer",
	"land": "country", "landescode": "countrycode", "pays": "country", "codepays": "countrycode", "pais": "country", "codigopais": "countrycode", "stadt": "city", "ort": "city", "ville": "city", "ciudad": "city", "ipadresse": "ipaddress", "adresseip": "ipaddress", "direccionip": "ipaddress",
	"ereignis": "event", "ereignistyp": "eventtype", "aktion": "action", "vorgang": "event", "evenement": "event", "typeevenement": "eventtype", "evento": "event", "tipoevento": "eventtype", "accion": "action",
	"artikel": "article", "artikelid": "articleid", "artikelnummer": "articleid", "artikelnr": "articleid", "produkt": "product", "produktid": "productid", "produit": "product", "idproduit": "productid", "producto": "product", "idproducto": "productid", "produktname": "productname", "artikelname": "articlename", "nomproduit": "productname", "nombreproducto": "productname",
	"kategorie": "category", "warengruppe": "category", "categorie": "category", "categoria": "category", "preis": "price", "einzelpreis": "unitprice", "prix": "price", "prixunitaire": "unitprice", "precio": "price", "preciounitario": "unitprice",
	"menge": "quantity", "anzahl": "quantity", "stueckzahl": "quantity", "quantite": "quantity", "cantidad": "quantity", "waehrung": "currency", "devise": "currency", "monnaie": "currency", "moneda": "currency", "divisa": "currency",
	"gesamt": "total", "gesamtbetrag": "total", "summe": "total", "betrag": "amount", "warenkorbwert": "carttotal", "umsatz": "revenue", "montant": "amount", "montanttotal": "total", "importe": "amount", "importetotal": "total",
	"bestellnummer": "ordernumber", "bestellid": "orderid", "auftragsnummer": "ordernumber", "numerocommande": "ordernumber", "idcommande": "orderid", "numeropedido": "ordernumber", "idpedido": "orderid",
	"suche": "search", "suchbegriff": "searchterm", "recherche": "search", "motcle": "keyword", "motscles": "keywords", "busqueda": "search", "terminobusqueda": "searchterm",
}

// unaccented writes letters with marks as names of columns often have them.
var unaccented = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "Ä", "ae", "Ö", "oe", "Ü", "ue", "à", "a", "â", "a", "á", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ô", "o", "ú", "u", "ù", "u", "û", "u",
	"É", "e", "È", "e", "À", "a", "Á", "a", "Í", "i", "Ó", "o", "Ú", "u", "Ñ", "n", "Ç", "c")

// inEnglish is by what name a column is looked for, in English as far as that is known.
func inEnglish(column string) string {
	n := foldName(column)
	if english, ok := foreignNames[foldName(unaccented.Replace(column))]; ok {
		return english
	}
	return n
}

// doubt notes that a column could be something that it is not taken for.
func (g *guesser) doubt(i int, could string) {
	if g.s.doubts == nil {
		g.s.doubts = map[string]string{}
	}
	g.s.doubts[g.s.Columns[i]] = could
}

// also lists columns beside the one that was taken, for which the same holds.
func (g *guesser) also(taken int, key string, others []int) {
	for _, i := range others {
		if i != taken {
			g.doubt(i, fmt.Sprintf("its values could be the %s, too, for which %s was taken", key, text.Line(g.s.Columns[taken], 40)))
		}
	}
}

// holding are the columns whose values fit and that no field has.
func (g *guesser) holding(fits func([]string) bool) []int {
	var out []int
	for i, c := range g.s.Columns {
		if !g.used(c) && fits(g.s.valuesOf(i)) {
			out = append(out, i)
		}
	}
	return out
}

func (g *guesser) used(column string) bool { return g.s.usesColumn(column) }

// usesColumn reports whether a field has a column.
func (s *Sketch) usesColumn(column string) bool {
	for _, v := range s.set {
		if strings.Contains(v, Column(column)) {
			return true
		}
	}
	return false
}

// values guesses, by what they hold, columns whose names say nothing.
func (g *guesser) values() {
	g.whoByValues()
	for _, f := range []struct {
		key, are string
		fits     func(string) bool
	}{
		{"userAgent", "user agents", isUserAgent},
		{"ip", "addresses of the Internet", func(v string) bool { return addr(v).IsValid() && strings.ContainsAny(v, ".:") }},
		{"country", "codes of countries", isCountryCode},
		{"currency", "codes of currencies", isCurrencyCode},
	} {
		if g.s.set[f.key] != "" {
			continue
		}
		if found := g.holding(every(f.fits)); len(found) > 0 {
			g.column(f.key, found[0], "its values are "+f.are)
			g.also(found[0], f.key, found)
		}
	}
	if at := g.s.set[FieldAt]; at != "" {
		for _, i := range g.holding(func(v []string) bool { return len(layoutsOf(v, false)) > 0 || unixLayout(v) != "" }) {
			g.doubt(i, "its values are instants, too; the time is "+text.Line(at, 40))
		}
	}
	for _, i := range g.holding(every(isURL)) {
		if g.s.set["url"] == "" {
			continue
		}
		g.doubt(i, "its values are URLs, too: of the page, of what led to it, or of something else; the page is "+text.Line(g.s.set["url"], 40))
	}
	for i := range g.s.Columns { // also of one that is taken, where no event asks for it
		if every(isAmount)(g.s.valuesOf(i)) {
			g.doubt(i, "its values are amounts: a price, a total, or something else")
		}
	}
}

// whenByNumbers finds a column of numbers that are instants, where nothing but their
// size says so: all of one length, and of 2010 to 2040.
func (g *guesser) whenByNumbers() (column int, why string) {
	var found []int
	for i := range g.s.Columns {
		if unixLayout(g.s.valuesOf(i)) != "" {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return -1, ""
	}
	for _, i := range found[1:] {
		g.doubt(i, "its values could be instants, too, for which "+text.Line(g.s.Columns[found[0]], 40)+" was taken")
	}
	return found[0], "its values are numbers of the size of " + layoutTitles[unixLayout(g.s.valuesOf(found[0]))] + ", if they are instants"
}

// unixLayout tells in which unit since 1970 all of some values are instants of 2010
// to 2040, "" if they are not.
func unixLayout(values []string) string {
	l := map[int]string{10: "unix-s", 13: "unix-ms", 16: "unix-us"}[len(strings.Join(first(values, 1), ""))]
	if l == "" || !every(func(v string) bool {
		if len(v) != len(values[0]) || strings.Trim(v, "0123456789") != "" {
			return false
		}
		at, ok := readLayout(v, l)
		return ok && at >= since2010 && at < plausible
	})(values) {
		return ""
	}
	return l
}

// since2010 is when instants begin that numbers are taken for by their size alone.
const since2010 = 1_262_304_000_000

// whoByValues takes for the visitor who comes again and again, by ids that say
// nothing themselves.
func (g *guesser) whoByValues() {
	if g.s.set[FieldVisitor] != "" {
		return
	}
	opaque := every(isOpaque)
	ids := g.holding(func(v []string) bool { return len(v) > 1 && len(v) < len(g.s.Rows) && opaque(v) })
	if len(ids) == 0 {
		return
	}
	// Of a visitor and his visits every visit is of one visitor, so that there are
	// fewer of the former.
	slices.SortStableFunc(ids, func(a, b int) int { return len(g.s.valuesOf(a)) - len(g.s.valuesOf(b)) })
	g.column(FieldVisitor, ids[0], "its values are ids that come again from row to row")
	if len(ids) > 1 {
		g.also(ids[0], "visitor", ids)
	}
}

// isOpaque reports whether a value looks like an id that something made: longer, of
// letters and digits, and no word, number, instant or address.
func isOpaque(v string) bool {
	if len(v) < 6 || len(v) > 128 || isURL(v) || strings.Contains(v, "/") || isUserAgent(v) || addr(v).IsValid() || isAmount(v) {
		return false
	}
	digits, others := 0, 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			others++
		case r == '-' || r == '_' || r == '.' || r == ':' || r == '=' || r == '+':
		default:
			return false
		}
	}
	return digits > 0 && (others > 0 || digits >= 8) && len(layoutsOf([]string{v}, false)) == 0 && unixLayout([]string{v}) == ""
}

func isUserAgent(v string) bool {
	return strings.HasPrefix(v, "Mozilla/") || strings.HasPrefix(v, "Opera/") || strings.Contains(v, "AppleWebKit/") || strings.Contains(v, "bot/") && strings.Contains(v, "http")
}

func isCountryCode(v string) bool {
	if !letters(2)(v) {
		return false
	}
	r, err := language.ParseRegion(v)
	return err == nil && r.IsCountry()
}

// isCurrencyCode knows the currencies that most is paid in.
func isCurrencyCode(v string) bool {
	return len(v) == 3 && strings.Contains(" AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NOK NZD PEN PHP PLN RON RSD SAR SEK SGD THB TRY TWD UAH USD VND ZAR ", " "+v+" ")
}

// isAmount reports whether a value is an amount of money: two digits behind the
// point or comma, or a sign of a currency.
func isAmount(v string) bool {
	v = strings.TrimPrefix(strings.TrimSpace(v), "-")
	signed := false
	for _, sign := range []string{"€", "$", "£", "EUR", "USD", "GBP", "CHF"} {
		if cut := strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(v, sign), sign)); cut != v {
			v, signed = strings.TrimSpace(cut), true
		}
	}
	if len(v) == 0 || len(v) > 20 || strings.Trim(v, "0123456789.,' \u00a0") != "" || v[0] < '0' || v[0] > '9' {
		return false
	}
	cents := len(v) > 3 && (v[len(v)-3] == '.' || v[len(v)-3] == ',') && strings.Trim(v[len(v)-2:], "0123456789") == ""
	return cents || signed
}

// doubtsYAML lists, as remarks, columns that could be something and are nothing in
// the mapping that is written.
func (s *Sketch) doubtsYAML(written string) string {
	var b strings.Builder
	for _, c := range slices.Sorted(maps.Keys(s.doubts)) {
		if strings.Contains(written, Column(c)) {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("# Columns that are left out, and could be something:\n")
		}
		fmt.Fprintf(&b, "#   %s: %s\n", text.Line(c, 60), s.doubts[c])
	}
	return b.String()
}
