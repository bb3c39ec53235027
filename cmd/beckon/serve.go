package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/etcdstore"
	"beckon/store/guard"
	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/screen/simulator"
	"beckon/tui/serve"
	"beckon/tui/widget"
)

// service is what serve was asked for.
type service struct {
	address, hostKey, admin string
	bounds                  serve.Bounds
}

func serveCommand(w *world) *cobra.Command {
	var storeURL string
	var o service
	cmd := &cobra.Command{
		Use:   "serve --ssh ADDRESS",
		Short: "Let a team work on one store, over SSH",
		Long: "Serve opens the store and gives every operator who comes in over SSH a console on it, with what their role lets them do.\n" +
			"Operators are known by their keys: --admin names the first of them, who adds the others with ssh HOST operator add.\n" +
			"An address without a host is one of this machine alone: say 0.0.0.0:2222 to be reached from others.",
		Example: "beckon serve --ssh 127.0.0.1:2222 --admin ~/.ssh/id_ed25519.pub",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runServe(cmd.Context(), w, storeURL, o)
		},
	}
	storeFlag(cmd, &storeURL)
	cmd.Flags().StringVar(&o.address, "ssh", "", "listen on `ADDRESS`, such as 127.0.0.1:2222")
	cmd.Flags().StringVar(&o.hostKey, "host-key", "", "the server's own key is in `FILE`, and made if it is not there (default: ssh_host_ed25519_key beside the store)")
	cmd.Flags().StringVar(&o.admin, "admin", "", "the first admin's public key: a `FILE`, or the line itself; it counts while there is no admin")
	cmd.Flags().DurationVar(&o.bounds.Idle, "idle", 30*time.Minute, "end a session after a `SPAN` without input, such as 45m or 2h")
	cmd.Flags().IntVar(&o.bounds.Sessions, "sessions", 200, "let in `N` sessions at a time")
	cmd.Flags().IntVar(&o.bounds.SessionsOf, "sessions-each", 5, "let in one operator `N` times at a time")
	return cmd
}

// runServe serves until it is interrupted.
func runServe(ctx context.Context, w *world, storeURL string, o service) error {
	address, err := listenAddress(o.address)
	if err != nil {
		return err
	}
	if o.bounds.Idle <= 0 || o.bounds.Sessions <= 0 || o.bounds.SessionsOf <= 0 {
		return misuse("--idle, --sessions and --sessions-each want more than 0")
	}
	path, err := storePath(w, storeURL)
	if err != nil {
		return err
	}
	s, err := openStore(ctx, w, path)
	if err != nil {
		return err
	}
	defer s.Close()
	log := slog.New(slog.NewTextHandler(w.err, nil))
	if o.hostKey == "" {
		beside, err := besideStore(w, path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(beside, 0o700); err != nil {
			return fmt.Errorf("making a place for the server's own key: %w", err)
		}
		o.hostKey = filepath.Join(beside, "ssh_host_ed25519_key")
	}
	key, err := serve.HostKey(o.hostKey)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer l.Close()
	if err := firstAdmin(ctx, w, s, o.admin, log); err != nil { // once it can be served: what fails before changes nothing
		return err
	}
	place := path
	if file, ok := s.(*boltstore.Store); ok { // others find out where it is served
		if err := file.SetAddress(l.Addr().String()); err != nil {
			return err
		}
		place = file.Path()
	} else if shared, ok := s.(*etcdstore.Store); ok {
		place = shared.Place()
	}
	defer answering(s, log).Close()
	log.Info("serving", "ssh", l.Addr().String(), "hostKey", ssh.FingerprintSHA256(key.PublicKey()), "store", place, "pid", os.Getpid(), "memoryLimit", limitMemory(w, os.DirFS("/")))
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	err = serveStore(ctx, w, s, key, l, o.bounds, log)
	log.Info("stopped")
	return err
}

// listenAddress completes an address: without a host it is this machine's own.
func listenAddress(address string) (string, error) {
	if address == "" {
		return "", misuse("say where to listen: --ssh 127.0.0.1:2222")
	}
	if _, err := strconv.ParseUint(address, 10, 16); err == nil {
		address = ":" + address
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return "", misuse(fmt.Sprintf("--ssh %s: want HOST:PORT, such as 127.0.0.1:2222", text.Line(address, 80)))
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// firstAdmin makes the admin who was named, while there is none. Later the flag
// changes nothing, so that a service that is started with it again and again does
// not bring back somebody who was taken out.
func firstAdmin(ctx context.Context, w *world, s store.Store, admin string, log *slog.Logger) error {
	all, err := guard.Operators(ctx, s)
	if err != nil {
		return err
	}
	var admins []guard.Operator
	for _, o := range all {
		if o.Role == guard.Admin && !o.Disabled && len(o.Keys) > 0 {
			admins = append(admins, o)
		}
	}
	switch {
	case len(admins) > 0 && admin == "":
		return nil
	case admin == "":
		return errors.New("nobody could come in to manage operators: name the first admin's public key with --admin")
	}
	keys, err := guard.ParseKeys([]byte(admin))
	if _, there := os.Stat(admin); there == nil || !strings.Contains(admin, " ") { // a line has a kind and a key
		keys, err = keysIn(admin)
	}
	if len(admins) > 0 { // a service is started with --admin again and again
		adminsThere(log, admins, keys)
		return nil
	}
	if err != nil {
		return fmt.Errorf("the admin's key: %w", err)
	}
	name, _, _ := strings.Cut(keys[0].Comment, "@")
	if guard.CheckName(name) != nil {
		name = "admin"
	}
	o := guard.Operator{Name: name, Role: guard.Admin}
	if i := slices.IndexFunc(all, func(o guard.Operator) bool { return o.Name == name }); i >= 0 {
		o = all[i]
		o.Role, o.Disabled = guard.Admin, false
	}
	entry := store.AuditEntry{Action: "update", Element: "role", New: string(guard.Admin) + ", " + keys[0].Fingerprint()}
	if o.Revision == 0 {
		entry.Action = "create"
	}
	for _, k := range keys {
		if !slices.ContainsFunc(o.Keys, func(had guard.Key) bool { return had.Fingerprint() == k.Fingerprint() }) {
			o.Keys = append(o.Keys, k)
		}
	}
	change := store.Change{Author: operator(w), Why: "the first admin", At: w.now().UTC()}
	if _, err := guard.Write(ctx, s, change, o, entry); err != nil {
		return err
	}
	log.Info("the first admin", "operator", o.Name, "key", keys[0].Fingerprint())
	return nil
}

// adminsThere says that --admin changes nothing, and how somebody comes in whose
// key it names in vain.
func adminsThere(log *slog.Logger, admins []guard.Operator, keys []guard.Key) {
	names := make([]string, len(admins))
	var theirs []string
	for i, o := range admins {
		names[i] = o.Name
		for _, k := range o.Keys {
			theirs = append(theirs, k.Fingerprint())
		}
	}
	strange := slices.DeleteFunc(slices.Clone(keys), func(k guard.Key) bool { return slices.Contains(theirs, k.Fingerprint()) })
	if len(strange) == 0 {
		log.Info("there is an admin already: --admin changes nothing", "admins", names)
		return
	}
	log.Warn("there is an admin already, with another key: --admin changes nothing; an admin lets others in with ssh HOST operator add, and while nobody serves the store beckon operator add NAME KEYFILE --role admin does",
		"admins", names, "key", strange[0].Fingerprint())
}

// serveStore serves a store until ctx ends.
func serveStore(ctx context.Context, w *world, s store.Store, key ssh.Signer, l net.Listener, bounds serve.Bounds, log *slog.Logger) error {
	shelf := newShelf()
	house := &house{store: s, now: w.now, log: log, key: w.getenv("BECKON_KEY"), stages: stagesOf(s, shelf, w.now, log), shelf: shelf, turns: newTurns()}
	defer house.stages.Close()
	server, err := serve.NewServer(serve.Config{HostKey: key, Operator: house.signer, Console: house.console, Command: house.command, Lines: house.lines, Opens: opens, Bounds: bounds, Log: log})
	if err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		house.watch(watching, server.Recheck)
	}()
	err = server.Serve(ctx, l)
	stop()
	<-over
	return err
}

// A house is what operators come into over SSH.
type house struct {
	store  store.Store
	now    func() time.Time
	log    *slog.Logger
	gate   guard.Gate
	stages *simulator.Stages
	shelf  *shelf
	turns  turns

	copying sync.Mutex // the store, for a backup

	key   string   // of hashes, from the environment; empty: the store's
	roles sync.Map // of operators, by name, as they were when one was written last
}

// signer tells whose key one is.
func (h *house) signer(ctx context.Context, key ssh.PublicKey) (serve.Operator, error) {
	o, k, err := guard.SignedBy(ctx, h.store, key, h.now())
	if errors.Is(err, guard.ErrUnknownKey) || errors.Is(err, guard.ErrDisabled) || errors.Is(err, guard.ErrExpired) {
		return serve.Operator{}, fmt.Errorf("%w: %w", serve.ErrNotAdmitted, err)
	}
	if err != nil {
		return serve.Operator{}, err
	}
	out := serve.Operator{Name: o.Name, Role: string(o.Role), Sources: k.Sources}
	if !k.Expires.IsZero() {
		out.Left = k.Expires.Sub(h.now())
	}
	return out, nil
}

// editorKinds are the kinds of documents beside those of the catalog that an
// editor writes: no visitor sees them.
func editorKinds() []string {
	return []string{kindJourney, kindScenario, kindMapping, kindRun, exchange.KindForeign}
}

func (h *house) guarded(c *serve.Client) store.Store {
	return guard.New(h.store, c.Operator, c.Address, editorKinds()...).Under(rules(&h.gate)).Copying(h.backup)
}

// backup writes a copy of a store that gives none of itself, one at a time: each
// takes as much of the disk as the store is large.
func (h *house) backup(ctx context.Context, w io.Writer) error {
	h.copying.Lock()
	defer h.copying.Unlock()
	return snapshotTo(ctx, h.store, w)
}

// console opens the console of an operator at another machine.
func (h *house) console(ctx context.Context, c *serve.Client) (serve.Console, error) {
	w := remoteWorld(h.now, strings.NewReader(""), io.Discard, io.Discard)
	w.stages, w.share = h.stages, share{h.shelf, &turn{of: h.turns}}
	ses := h.session(ctx, c)
	root, end, err := seated(ctx, h.guarded(c), ses, w)
	if err != nil {
		return serve.Console{}, err
	}
	return serve.Console{Model: remoteRoot{root, ses, w.share.turn}, End: end}, nil
}

// remoteRoot is a console that also shows what the server has to say.
type remoteRoot struct {
	*app.Root
	ses  *pane.Session
	turn *turn
}

// View draws what the console's turn was for, and ends it.
func (r remoteRoot) View() tea.View {
	defer r.turn.drawn()
	return r.Root.View()
}

func (r remoteRoot) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if notice, ok := msg.(serve.Notice); ok {
		r.ses.Shell.Toast(widget.Warning, string(notice))
	}
	_, cmd := r.Root.Update(msg)
	return r, cmd
}

func (h *house) command(ctx context.Context, c *serve.Client, line string, in io.Reader, out, errs io.Writer) int {
	w := remoteWorld(h.now, in, out, errs)
	w.key = func(ctx context.Context) (string, error) { return personalKey(ctx, h.store, h.key, h.now()) }
	return remoteCommand(ctx, w, h.guarded(c), c, line)
}

// watch calls changed whenever operators were written, until ctx ends.
func (h *house) watch(ctx context.Context, changed func(context.Context)) {
	for ctx.Err() == nil {
		if err := h.follow(ctx, changed); err != nil && ctx.Err() == nil {
			h.log.Error("watching the operators", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (h *house) follow(ctx context.Context, changed func(context.Context)) error {
	rev, err := h.store.Revision(ctx)
	if err != nil {
		return err
	}
	h.learn(ctx)
	changed(ctx) // what happened before
	watch, err := h.store.Watch(ctx, rev)
	if err != nil {
		return err
	}
	defer watch.Close()
	for {
		events, err := watch.Next(ctx)
		if err != nil {
			return err
		}
		for _, ev := range events {
			if slices.ContainsFunc(ev.Documents, func(d store.Document) bool { return d.Kind == guard.Kind }) {
				h.learn(ctx)
				changed(ctx)
				break
			}
		}
	}
}

// learn notes what operators may do, for their screens to say it beforehand.
func (h *house) learn(ctx context.Context) {
	all, err := guard.Operators(ctx, h.store)
	if err != nil {
		return // the guard reads them again at every write
	}
	for _, o := range all {
		role := o.Role
		if o.Disabled {
			role = ""
		}
		h.roles.Store(o.Name, role)
	}
}

// roleOf tells an operator's role as it was learned last.
func (h *house) roleOf(who string) func() string {
	return func() string {
		role, _ := h.roles.Load(who)
		r, _ := role.(guard.Role)
		return string(r)
	}
}

// may is what a session says before something is tried that would be refused.
func (h *house) may(ctx context.Context, who string) func(keymap.Permit) string {
	if h.store == nil {
		return nil
	}
	if _, known := h.roles.Load(who); !known {
		h.learn(ctx)
	}
	needs := map[keymap.Permit]guard.Role{keymap.None: guard.Viewer, keymap.Edit: guard.Editor, keymap.Publish: guard.Publisher}
	return func(p keymap.Permit) string { // of every action at every frame
		role, _ := h.roles.Load(who)
		r, _ := role.(guard.Role)
		return r.MayNot(needs[p])
	}
}
