package etcdstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"beckon/model/text"
	"beckon/store"
)

const (
	defaultPort   = "2379"
	defaultPrefix = "beckon"
)

// Options of [Open]. Endpoints are required.
type Options struct {
	Endpoints []string // HOST:PORT of members
	Prefix    string   // of the installation; empty: /beckon

	// TLS is used where it is asked for or any of the files is named.
	TLS  bool
	CA   string // file with the certificates that vouch for the members; empty: those of the system
	Cert string // file with this client's own certificate, and
	Key  string // its key

	User, Password string // where etcd asks for them
}

// ErrAddress is wrapped by what [ParseAddress] refuses.
var ErrAddress = errors.New("no address of an etcd store")

// ParseAddress reads HOST:PORT,HOST:PORT/PREFIX?ca=FILE&cert=FILE&key=FILE, what follows etcd:// in the address of a store. A port
// may be left out, and ?tls=1 asks for TLS with the certificates of the system. Credentials have no place in it, because an address
// is seen by others: a command line, a log.
func ParseAddress(address string) (Options, error) {
	var o Options
	rest, query, _ := strings.Cut(address, "?")
	if strings.Contains(rest, "@") {
		return o, fmt.Errorf("%w: user and password do not go into it", ErrAddress)
	}
	hosts, prefix, _ := strings.Cut(rest, "/")
	o.Prefix = prefix
	for host := range strings.SplitSeq(hosts, ",") {
		if host == "" {
			return o, fmt.Errorf("%w: it names no host; want etcd://HOST:PORT,HOST:PORT/PREFIX", ErrAddress)
		}
		endpoint, err := endpointOf(host)
		if err != nil {
			return o, err
		}
		o.Endpoints = append(o.Endpoints, endpoint)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return o, fmt.Errorf("%w: what follows the ? cannot be read", ErrAddress)
	}
	for name, all := range values {
		value := all[len(all)-1]
		switch name {
		case "ca":
			o.CA = value
		case "cert":
			o.Cert = value
		case "key":
			o.Key = value
		case "tls":
			o.TLS = value != "0"
		default:
			return o, fmt.Errorf("%w: it has no %s; there are ca, cert, key and tls", ErrAddress, text.Line(name, 40))
		}
	}
	if _, err := o.keys(); err != nil {
		return o, err
	}
	return o, nil
}

func endpointOf(host string) (string, error) {
	name, port := host, defaultPort
	if strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']') {
		var err error
		if name, port, err = net.SplitHostPort(host); err != nil || name == "" || port == "" {
			return "", fmt.Errorf("%w: %s is not HOST:PORT", ErrAddress, text.Line(host, 80))
		}
	}
	return net.JoinHostPort(strings.Trim(name, "[]"), port), nil
}

// keys returns the keys of the installation.
func (o Options) keys() (keys, error) {
	prefix := strings.Trim(path.Clean("/"+o.Prefix), "/")
	if prefix == "" {
		prefix = defaultPrefix
	}
	if err := store.CheckName("prefix", prefix); err != nil {
		return "", fmt.Errorf("%w: %w", ErrAddress, err)
	}
	return keys("/" + prefix + "/"), nil
}

// String returns the address without anything secret, to be shown.
func (o Options) String() string {
	k, _ := o.keys()
	return "etcd://" + strings.Join(o.Endpoints, ",") + strings.TrimSuffix(string(k), "/")
}

// tlsConfig is nil where TLS is not asked for.
func (o Options) tlsConfig() (*tls.Config, error) {
	if !o.TLS && o.CA == "" && o.Cert == "" && o.Key == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, fmt.Errorf("reading the certificates of the members: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", text.Line(o.CA, 200))
		}
	}
	if o.Cert != "" || o.Key != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, fmt.Errorf("reading the certificate of this client: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// handshake tries a connection to each member as gRPC makes them, and returns what is against the first that answers and refuses it:
// gRPC goes on trying, and tells of the time that has run out. It is nil where no member refuses.
func (o Options) handshake(ctx context.Context) error {
	config, err := o.tlsConfig()
	if err != nil {
		return err
	}
	plain := config == nil
	if plain {
		config = &tls.Config{InsecureSkipVerify: true} // nothing is said to whoever answers
	}
	config.NextProtos = []string{"h2"}
	for _, member := range o.Endpoints {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", member)
		if err == nil && plain {
			conn.Close()
			cancel()
			return fmt.Errorf("member %s speaks TLS, which was not asked for: ?tls=1 behind the address, or the files for it", text.Line(member, 80))
		}
		if err == nil {
			// A member that wants a certificate says so after the handshake; one that is content begins.
			conn.SetDeadline(time.Now().Add(2 * time.Second))
			_, err = conn.Read(make([]byte, 1))
			conn.Close()
		}
		cancel()
		var net net.Error
		if err != nil && err != io.EOF && !(errors.As(err, &net) && net.Timeout()) && !plain && strings.Contains(err.Error(), "tls: ") {
			return fmt.Errorf("member %s: %s", text.Line(member, 80), text.Line(err.Error(), 200))
		}
	}
	return nil
}

// refused says of a store that cannot be reached what a member has against the connection, if one has.
func (s *Store) refused(ctx context.Context, o Options, err error) error {
	if !errors.Is(err, store.ErrAway) {
		return err
	}
	if why := o.handshake(ctx); why != nil {
		return fmt.Errorf("%s: %w: %w", s.place, store.ErrAway, why)
	}
	return err
}
