package cluster

import (
	"io"
	"net"
	"sync"
)

// Door is the way of clients to a member: a proxy that can be shut, and that can swallow what the member answers.
type Door struct {
	listener net.Listener
	behind   string

	mu   sync.Mutex
	shut bool
	mute bool
	open map[net.Conn]bool
}

func newDoor(behind string) (*Door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Door{listener: l, behind: behind, open: map[net.Conn]bool{}}
	go d.serve()
	return d, nil
}

// Address is where clients come to.
func (d *Door) Address() string { return d.listener.Addr().String() }

func (d *Door) serve() {
	for {
		client, err := d.listener.Accept()
		if err != nil {
			return
		}
		if !d.enter(client) {
			continue
		}
		go d.carry(client)
	}
}

func (d *Door) enter(conn net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut {
		conn.Close()
		return false
	}
	d.open[conn] = true
	return true
}

func (d *Door) leave(conn net.Conn) {
	d.mu.Lock()
	delete(d.open, conn)
	d.mu.Unlock()
	conn.Close()
}

func (d *Door) carry(client net.Conn) {
	defer d.leave(client)
	member, err := net.Dial("tcp", d.behind)
	if err != nil || !d.enter(member) {
		return
	}
	defer d.leave(member)
	go func() {
		_, _ = io.Copy(member, client)
		d.leave(member)
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := member.Read(buffer)
		if n > 0 && !d.mutes() {
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (d *Door) mutes() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mute
}

// Cut breaks every connection and lets none in.
func (d *Door) Cut() {
	d.mu.Lock()
	d.shut = true
	d.breakAll()
	d.mu.Unlock()
}

// Mute swallows all that the member says from now on, while what clients say reaches it.
func (d *Door) Mute() {
	d.mu.Lock()
	d.mute = true
	d.mu.Unlock()
}

// Mend lets clients in again. Connections of which something was swallowed are broken: what was lost does not come later.
func (d *Door) Mend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mute {
		d.breakAll()
	}
	d.shut, d.mute = false, false
}

func (d *Door) breakAll() {
	for conn := range d.open {
		conn.Close()
	}
}

func (d *Door) close() {
	d.listener.Close()
	d.Cut()
}
