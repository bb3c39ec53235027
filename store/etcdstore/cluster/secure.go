package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Files are certificates and keys of a cluster that asks for them, and those of a stranger, whom it does not know.
type Files struct {
	CA, Cert, Key                    string
	OtherCA, StrangeCert, StrangeKey string
}

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(name, path string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := template(name)
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return &authority{c, key}, writePEM(path, "CERTIFICATE", der)
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour)}
}

// sign writes a certificate for this machine, and its key.
func (a *authority) sign(name, certPath, keyPath string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	c := template(name)
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return err
	}
	if err := writePEM(certPath, "CERTIFICATE", der); err != nil {
		return err
	}
	if der, err = x509.MarshalECPrivateKey(key); err != nil {
		return err
	}
	return writePEM(keyPath, "EC PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// secure makes the certificates of a cluster, and returns what its members are told of them.
func (c *Cluster) secure(dir string) ([]string, *tls.Config, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	c.Files = Files{at("ca.pem"), at("client.pem"), at("client.key"), at("other-ca.pem"), at("stranger.pem"), at("stranger.key")}
	own, err := newAuthority("the cluster's authority", c.Files.CA)
	if err != nil {
		return nil, nil, err
	}
	other, err := newAuthority("another authority", c.Files.OtherCA)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range []struct {
		by              *authority
		name, cert, key string
	}{{own, "member", at("member.pem"), at("member.key")}, {own, "client", c.Files.Cert, c.Files.Key}, {other, "stranger", c.Files.StrangeCert, c.Files.StrangeKey}} {
		if err := x.by.sign(x.name, x.cert, x.key); err != nil {
			return nil, nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(c.Files.Cert, c.Files.Key)
	if err != nil {
		return nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(own.cert)
	return []string{"--cert-file", at("member.pem"), "--key-file", at("member.key"), "--trusted-ca-file", c.Files.CA, "--client-cert-auth", "--bcrypt-cost", "4"}, // passwords of tests need no protection

		&tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// Users are who may sign in: by name, the password, and the prefix of the keys that they may read and write. Root may do all.
type Users map[string]struct{ Password, Prefix string }

// EnableUsers has the cluster ask who somebody is from here on. Its own client is root's.
func (c *Cluster) EnableUsers(users Users) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	const root, secret = "root", "root's"
	if _, err := c.client.UserAdd(ctx, root, secret); err != nil {
		return err
	}
	if _, err := c.client.UserGrantRole(ctx, root, root); err != nil { // the role is etcd's own
		if _, err := c.client.RoleAdd(ctx, root); err != nil {
			return err
		}
		if _, err := c.client.UserGrantRole(ctx, root, root); err != nil {
			return err
		}
	}
	for name, u := range users {
		if _, err := c.client.UserAdd(ctx, name, u.Password); err != nil {
			return err
		}
		if _, err := c.client.RoleAdd(ctx, name); err != nil {
			return err
		}
		if u.Prefix != "" {
			if _, err := c.client.RoleGrantPermission(ctx, name, u.Prefix, clientv3.GetPrefixRangeEnd(u.Prefix), clientv3.PermissionType(clientv3.PermReadWrite)); err != nil {
				return err
			}
		}
		if _, err := c.client.UserGrantRole(ctx, name, name); err != nil {
			return err
		}
	}
	if _, err := c.client.AuthEnable(ctx); err != nil {
		return err
	}
	c.client.Close()
	config := c.config()
	config.Username, config.Password = root, secret
	var err error
	if c.client, err = clientv3.New(config); err != nil {
		return fmt.Errorf("signing in as root: %w", err)
	}
	return nil
}
