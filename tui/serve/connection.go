package serve

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

// signed is where the permissions of a key keep whose it is. They are made anew
// for every key that is offered, and the connection has those of the key that
// signed: what was only offered says nothing.
type signed struct{}

type signer struct {
	operator Operator
	key      ssh.PublicKey
}

const keepalive = "keepalive@openssh.com"

// How many sessions of a connection, one behind the other, begin at once, and
// how long each further one waits.
const (
	sessionsAtOnce = 10
	sessionPause   = 500 * time.Millisecond
)

// A connection is one client, from its first byte on.
type connection struct {
	server  *Server
	net     net.Conn
	address string
	known   func() // he is no stranger any longer

	mu       sync.Mutex
	who      signer // set when he has signed
	sessions map[*session]struct{}
	waiting  *time.Timer // closes a connection that asks for nothing
	lasting  *time.Timer // asks again when the key expires
	expires  time.Time   // then; zero: never
	ending   string      // why it ends; empty: it goes on
}

func (c *connection) serve(life context.Context) {
	s := c.server
	began := time.Now()
	c.net.SetDeadline(began.Add(s.bounds.Handshake))
	var tried attempts
	conn, channels, requests, err := ssh.NewServerConn(c.net, s.sshConfig(life, &tried))
	if err != nil {
		s.log.Info("not signed in", "address", c.address, "user", text.Line(tried.user, 64), "offered", strings.Join(tried.keys, " "),
			"why", tried.reason(err), "took", time.Since(began).Round(time.Millisecond))
		return
	}
	defer conn.Close()
	c.net.SetDeadline(time.Time{})
	who, ok := conn.Permissions.ExtraData[signed{}].(signer)
	if !ok {
		s.log.Error("a connection without an operator", "address", c.address)
		return
	}
	log := s.log.With("operator", who.operator.Name, "role", who.operator.Role, "address", c.address, "key", ssh.FingerprintSHA256(who.key))
	log.Info("signed in", "user", text.Line(conn.User(), 64), "client", text.Line(string(conn.ClientVersion()), 100))

	ctx, cancel := context.WithCancel(life)
	defer cancel()
	c.mu.Lock()
	c.who, c.sessions = who, map[*session]struct{}{}
	c.waiting = time.AfterFunc(s.bounds.Handshake, func() { c.net.Close() })
	over := c.ending != ""
	c.mu.Unlock()
	defer c.waiting.Stop()
	c.lasts(ctx, who.operator.Left)
	defer c.lasts(ctx, 0)
	c.known()
	if over { // the server ended, or the key was taken away, while he signed
		return
	}

	go s.guard("global requests", func() {
		for r := range requests { // no forwarding of anything
			if r.WantReply {
				r.Reply(r.Type == keepalive, nil)
			}
		}
	})
	go s.guard("keepalive", func() { c.ask(ctx, conn) })
	var sessions sync.WaitGroup
	told := false
	for begun := 0; ; {
		offer, ok := <-channels
		if !ok {
			break
		}
		if offer.ChannelType() != "session" {
			if !told { // once: a client that forwards opens many
				told = true
				log.Info("channel refused", "kind", text.Line(offer.ChannelType(), 60))
			}
			reason := ssh.UnknownChannelType
			if strings.HasPrefix(offer.ChannelType(), "direct-") { // a port, a socket or a tunnel of this machine
				reason = ssh.Prohibited
			}
			offer.Reject(reason, "nothing is forwarded here, there are only sessions")
			continue
		}
		leave, err := c.enter()
		if err != nil {
			log.Warn("session refused", "why", err)
			offer.Reject(ssh.ResourceShortage, err.Error())
			continue
		}
		if begun++; begun > sessionsAtOnce {
			// Every console is some megabytes: who opens and closes them without end
			// waits, and nobody else does.
			select {
			case <-time.After(sessionPause):
			case <-ctx.Done():
			}
		}
		ch, reqs, err := offer.Accept()
		if err != nil {
			leave()
			break
		}
		one := newSession(ctx, c, ch, log)
		one.over = sync.OnceFunc(func() {
			leave()
			c.left(one)
		})
		c.add(one)
		sessions.Go(func() {
			defer one.over()
			s.guard("session", func() { one.serve(reqs) })
		})
	}
	cancel()
	sessions.Wait()
	log.Info("signed out", "took", time.Since(began).Round(time.Millisecond))
}

// attempts are what a client who has not signed yet tried.
type attempts struct {
	user string
	keys []string // fingerprints
	err  error    // of the last one
}

func (a *attempts) note(user string, key ssh.PublicKey, err error) {
	a.user, a.err = user, err
	if print := ssh.FingerprintSHA256(key); len(a.keys) < 8 && !slices.Contains(a.keys, print) {
		a.keys = append(a.keys, print)
	}
}

// reason says in a line why nobody signed in: what was wrong with the last key,
// where a key was offered.
func (a *attempts) reason(err error) string {
	if a.err != nil {
		err = a.err
	}
	return text.Line(err.Error(), 500)
}

// sshConfig lets in by key and by nothing else.
func (s *Server) sshConfig(ctx context.Context, tried *attempts) *ssh.ServerConfig {
	config := &ssh.ServerConfig{
		ServerVersion: "SSH-2.0-Beckon",
		MaxAuthTries:  s.bounds.Tries,
		PublicKeyCallback: func(client ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			operator, err := s.config.Operator(ctx, key)
			tried.note(client.User(), key, err)
			if err != nil {
				return nil, err
			}
			p := &ssh.Permissions{ExtraData: map[any]any{signed{}: signer{operator, key}}}
			if operator.Sources != "" {
				p.CriticalOptions = map[string]string{"source-address": operator.Sources}
			}
			return p, nil
		},
	}
	config.AddHostKey(s.config.HostKey)
	return config
}

// ask asks the client again and again whether it is there, and the operators
// whether the key still is.
func (c *connection) ask(ctx context.Context, conn ssh.Conn) {
	every := c.server.bounds.Keepalive
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		c.recheck(ctx)
		gone := time.AfterFunc(3*every, func() { c.net.Close() })
		_, _, err := conn.SendRequest(keepalive, true, nil)
		gone.Stop()
		if err != nil {
			return
		}
	}
}

// lasts has it asked again whether the operator is let in, when his key expires;
// 0: it does not.
func (c *connection) lasts(ctx context.Context, left time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lasting != nil {
		c.lasting.Stop()
	}
	c.lasting, c.expires = nil, time.Time{}
	if left > 0 {
		c.expires = time.Now().Add(left)
		c.lasting = time.AfterFunc(left, func() { c.server.guard("expiry", func() { c.recheck(ctx) }) })
	}
}

// recheck ends the connection of an operator who is not let in any longer. Where
// it cannot be found out, he stays until his key expires: whatever he does is
// asked for again anyway.
func (c *connection) recheck(ctx context.Context) {
	c.mu.Lock()
	who := c.who
	c.mu.Unlock()
	if who.key == nil || ctx.Err() != nil {
		return
	}
	now, err := c.server.config.Operator(ctx, who.key)
	c.mu.Lock()
	expired := !c.expires.IsZero() && !time.Now().Before(c.expires)
	c.mu.Unlock()
	switch {
	case err == nil && now.Name == who.operator.Name && within(c.address, now.Sources):
		c.lasts(ctx, now.Left) // it may have been prolonged
	case expired && err != nil:
		c.end("your key has expired.")
	case err == nil || errors.Is(err, ErrNotAdmitted):
		c.end("you are no longer let in.")
	}
}

// within reports whether an address is one of those that a key may be used
// from.
func within(address, sources string) bool {
	if sources == "" {
		return true
	}
	from, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	ip := from.Addr().Unmap().WithZone("")
	for source := range strings.SplitSeq(sources, ",") {
		if one, err := netip.ParseAddr(source); err == nil && one == ip {
			return true
		}
		if net, err := netip.ParsePrefix(source); err == nil && net.Contains(ip) {
			return true
		}
	}
	return false
}

// enter takes a place for a session.
func (c *connection) enter() (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sessions) >= c.server.bounds.SessionsEach {
		return nil, errors.New("there is a session on this connection already: open another connection")
	}
	if c.ending != "" {
		return nil, errors.New(c.ending)
	}
	return c.server.door.enter(c.who.operator.Name)
}

func (c *connection) add(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sessions[s] = struct{}{}
	if c.ending != "" {
		s.end(c.ending)
	}
}

// asked says that a session has begun.
func (c *connection) asked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending == "" {
		c.waiting.Stop()
	}
}

// left forgets a session, and waits for the next one for a while.
func (c *connection) left(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sessions, s)
	switch {
	case len(c.sessions) > 0:
	case c.ending != "":
		// A moment for the client to take the last words and to hang up itself.
		c.waiting.Reset(min(time.Second, c.server.bounds.Grace))
	default:
		c.waiting.Reset(c.server.bounds.Handshake)
	}
}

// end ends all sessions and with them the connection.
func (c *connection) end(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != "" {
		return
	}
	c.ending = why
	for s := range c.sessions {
		s.end(why)
	}
	switch {
	case c.who.key == nil: // still a stranger
		c.net.Close()
	case len(c.sessions) == 0:
		c.waiting.Reset(0)
	}
}
