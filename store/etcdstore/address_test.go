package etcdstore

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnAddressNamesMembersPrefixAndFiles(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Options{
		"a":                         {Endpoints: []string{"a:2379"}},
		"a:1,b:2,[::1]:3,[::1]/x/y": {Endpoints: []string{"a:1", "b:2", "[::1]:3", "[::1]:2379"}, Prefix: "x/y"},
		"a/?tls=1":                  {Endpoints: []string{"a:2379"}, TLS: true},
		"a/shop?ca=/c%20a.pem&cert=c.pem&key=k.pem": {Endpoints: []string{"a:2379"}, Prefix: "shop", CA: "/c a.pem", Cert: "c.pem", Key: "k.pem"},
	} {
		got, err := ParseAddress(address)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", address, err, diff)
		}
	}
	for address, says := range map[string]string{
		"": "no host", "/x": "no host", "a,,b": "no host", "a:/x": "HOST:PORT", ":1": "HOST:PORT", "a/x\x1b[2J": "prefix",
		"ana:secret@a/x": "user and password", "a?password=secret": "no password", "a?%zz": "cannot be read",
	} {
		_, err := ParseAddress(address)
		if !errors.Is(err, ErrAddress) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", address, err, says)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password: %v", address, err)
		}
	}
}

func TestWhatIsShownOfAStoreIsNoSecret(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{"": "etcd://a:1,b:2/beckon", "x": "etcd://a:1,b:2/x", "/x/../y//z/": "etcd://a:1,b:2/y/z"} {
		o := Options{Endpoints: []string{"a:1", "b:2"}, Prefix: prefix, User: "ana", Password: "secret"}
		if got := o.String(); got != want {
			t.Errorf("%q: %s, want %s", prefix, got, want)
		}
	}
}
