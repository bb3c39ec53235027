package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/guard"
	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/serve"
	"beckon/tui/tuitest"
)

// actionRoles are all actions of the console by the least role that is offered
// them. An action that is not here makes a test fail: decide who may do it, and
// say so in its Needs too.
var actionRoles = map[guard.Role]string{
	guard.Viewer: `
		back down filter first half.down half.up help interrupt last left log messages mouse open page.down page.up palette pane.next
		pane.previous quit redo redraw right tab.1 tab.2 tab.3 tab.4 tab.5 tab.6 tab.7 tab.8 undo up who
		activity.atwork activity.export activity.object activity.reload activity.replay activity.same activity.versions activity.whole
		mapping.clear mapping.guess mapping.needed mapping.type mapping.use mapping.values mapping.write traffic.mapping
		traffic.about traffic.catalog traffic.choose traffic.file traffic.follow traffic.live.campaign traffic.live.pause traffic.live.stop
		traffic.respond traffic.run traffic.seed traffic.sort traffic.stop
		traffic.table traffic.view traffic.visits traffic.compare traffic.differs traffic.rivals traffic.sweep traffic.base traffic.head traffic.kept traffic.repeat
		builder.join simulator.catalog.then simulator.rerun simulator.share
		builder.atwork builder.changes builder.engagement builder.form.problem.next builder.form.problem.previous builder.gallery.all
		builder.gallery.format builder.gallery.size builder.gallery.style builder.gallery.type builder.gallery.use builder.look builder.past
		builder.publish.request builder.start.deleted builder.step.next builder.step.previous builder.steps builder.versions.again
		builder.versions.compare
		campaigns.atwork campaigns.deleted campaigns.detail.fold campaigns.detail.fold.all campaigns.engagement.fold
		campaigns.engagement.fold.all campaigns.export campaigns.problem campaigns.reload campaigns.request campaigns.requests
		campaigns.reverse campaigns.sort campaigns.tour campaigns.versions
		library.choose library.form.problem.next library.form.problem.previous library.past library.reload library.reverse library.sort
		library.users library.versions.again library.versions.compare
		settings.form.problem.next settings.form.problem.previous settings.reload
		simulator.accept simulator.act simulator.act.agents simulator.act.buy simulator.act.cart simulator.act.conversation
		simulator.act.customer simulator.act.error simulator.act.identify simulator.act.json simulator.act.lead simulator.act.leave
		simulator.act.marketing simulator.act.page simulator.act.person simulator.act.search simulator.act.service simulator.act.signal
		simulator.act.view simulator.act.wait simulator.catalog simulator.change.next simulator.change.previous simulator.control
		simulator.copy.json simulator.copy.text simulator.cut simulator.decision.next simulator.decision.previous simulator.decline
		simulator.device simulator.display.next simulator.display.previous simulator.end simulator.event.copy simulator.event.delete
		simulator.event.edit simulator.event.json simulator.event.move simulator.event.next simulator.event.previous simulator.faster
		simulator.file simulator.follow simulator.goto simulator.group simulator.hour simulator.journeys simulator.loop simulator.narrow
		simulator.open simulator.own simulator.play simulator.restart simulator.scenarios simulator.seed simulator.skip simulator.slower
		simulator.sort simulator.tour simulator.two.end simulator.two.event.next simulator.two.event.previous simulator.two.faster
		simulator.two.first simulator.two.goto simulator.two.next simulator.two.play simulator.two.previous simulator.two.seen.next
		simulator.two.seen.previous simulator.two.side simulator.two.slower simulator.two.start simulator.two.whatif simulator.two.zoom
		simulator.visitor simulator.whatif simulator.who simulator.why simulator.zoom`,
	guard.Editor: `
		builder.delete builder.discard builder.duplicate builder.engagement.rename builder.engagements.add builder.engagements.delete
		builder.engagements.down builder.engagements.duplicate builder.engagements.switch builder.engagements.up builder.form.add
		builder.form.clear builder.form.delete builder.form.duplicate builder.form.group builder.form.move.down builder.form.move.up
		builder.form.toggle builder.form.ungroup builder.gallery.add builder.item builder.parts builder.publish.accept
		builder.publish.accept.all builder.publish.ask builder.publish.scenario.drop builder.save builder.start.drop builder.start.new
		builder.versions.revert
		campaigns.build campaigns.delete campaigns.duplicate campaigns.import campaigns.new campaigns.priority campaigns.switch
		library.add library.default library.delete library.duplicate library.edit library.form.add library.form.clear library.form.delete
		library.form.duplicate library.form.group library.form.move.down library.form.move.up library.form.part library.form.save
		library.form.toggle library.form.ungroup library.id library.rename library.versions.revert
		mapping.keep
		settings.form.add settings.form.clear settings.form.delete settings.form.duplicate settings.form.group settings.form.move.down
		settings.form.move.up settings.form.toggle settings.form.ungroup
		simulator.journey.save simulator.keep traffic.keep traffic.forget`,
	guard.Publisher: `builder.publish.now campaigns.publish campaigns.unpublish settings.edit settings.form.save`,
}

// allActions are those of the console's keymap.
func allActions(t *testing.T) []keymap.Action {
	t.Helper()
	list := screens(nil, "", here())
	keys, err := app.Keys(list...)
	if err != nil {
		t.Fatal(err)
	}
	var out []keymap.Action
	for _, s := range keys.Groups("") {
		out = append(out, s.Actions...)
	}
	for _, sc := range list {
		for _, s := range sc.Scopes() {
			out = append(out, s.Actions...)
		}
	}
	return out
}

func TestEveryActionIsOfferedToItsRolesAndRefusedToTheOthersBeforehand(t *testing.T) {
	t.Parallel()
	needs := map[keymap.ID]guard.Role{}
	for role, ids := range actionRoles {
		for _, id := range strings.Fields(ids) {
			if _, twice := needs[keymap.ID(id)]; twice {
				t.Errorf("%s is there twice", id)
			}
			needs[keymap.ID(id)] = role
		}
	}
	actions := allActions(t)
	for _, a := range actions {
		if _, ok := needs[a.ID]; !ok {
			t.Errorf("nobody has decided who may do %s (%s): add it to actionRoles", a.ID, a.Title)
		}
	}
	if len(needs) != len(actions) {
		for id := range needs {
			if !slices.ContainsFunc(actions, func(a keymap.Action) bool { return a.ID == id }) {
				t.Errorf("there is no action %s any more", id)
			}
		}
	}
	path := t.TempDir() + "/shop.db"
	shopAt(t, path)
	for _, role := range guard.Roles() {
		s := reopened(t, path)
		who := "bo-" + string(role)
		if _, err := guard.Write(t.Context(), s, store.Change{Author: "root", At: monday}, guard.Operator{Name: who, Role: role}, store.AuditEntry{Action: "create"}); err != nil {
			t.Fatal(err)
		}
		s.Close()
		var root *app.Root
		var open *boltstore.Store
		var cancel context.CancelFunc
		tuitest.Run(t, layout.Size{W: 120, H: 40}, func() tea.Model {
			s, err := boltstore.Open(context.Background(), path, boltstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			open = s
			var ctx context.Context
			ctx, cancel = context.WithCancel(context.Background())
			h := &house{store: s, now: time.Now, log: slog.New(slog.DiscardHandler)}
			c := &serve.Client{Operator: who, Address: "192.0.2.1:1"}
			ses := &pane.Session{Ctx: ctx, Who: who, Now: time.Now, May: h.may(ctx, who)}
			w := here()
			w.now = time.Now
			if root, err = app.New(ses, screens(h.guarded(c), who, w)...); err != nil {
				t.Fatal(err)
			}
			return root
		}, func(d *tuitest.Driver) {
			defer open.Close()
			defer cancel()
			d.Wait(time.Second)
			for _, a := range actions {
				least := needs[a.ID]
				may := slices.Index(guard.Roles(), role) >= slices.Index(guard.Roles(), least)
				why := root.Why(a.ID)
				if refused := strings.Contains(why, "s may, and you are a"); refused == may && !(may && strings.HasPrefix(why, "only publishers may")) {
					t.Errorf("%s, %s: %q", role, a.ID, why)
				}
				if !may && !strings.HasPrefix(why, fmt.Sprintf("only %ss may", least)) {
					t.Errorf("%s, %s: %q does not say who may", role, a.ID, why)
				}
			}
			// What is refused is told where it is tried, and nothing is asked first.
			if role == guard.Viewer {
				d.Press("n")
				d.Expect("New campaign: only editors may, and you are a viewer")
				d.Press("/")
				d.Type("cart rescue")
				d.Press("enter", "v")
				d.Wait(time.Second)
				d.Press("esc")
				d.Type("x")
				d.Expect("This cannot be changed: only editors may, and you are a viewer")
			}
			if role == guard.Editor {
				d.Press("/")
				d.Type("cart rescue")
				d.Press("enter", "r")
				d.Expect("only publishers may, and you are an editor")
			}
		})
	}
}

// remoteRow is a command over SSH, with the least role that it takes. A command
// that is no row makes a test fail.
type remoteRow struct {
	line, in string
	needs    guard.Role
	other    string // what may come of it for who may, beside success
}

// What goes over the pipe.
const (
	onePage     = `{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}` + "\n"
	oneCampaign = "kind: campaign\nid: new-year\nname: New year\n"
	oneGoal     = "kind: goal\nid: new-goal\nname: New goal\ntype: interact\n"
	oneScenario = "scenario: nothing happens\nsteps:\n  - page: https://shop.example/\n  - expect: {not-shown: cart-rescue/help-overlay}\n"
	settingsNow = "kind: settings\nid: account\nname: Account settings\nzone: UTC\ncurrency: EUR\n"
)

func remoteRows(t *testing.T) map[string]remoteRow {
	return map[string]remoteRow{
		"audit":               {line: "audit", needs: guard.Viewer},
		"campaign delete":     {line: "campaign delete new-year", needs: guard.Editor, other: "there is no campaign"},
		"campaign history":    {line: "campaign history summer-camp", needs: guard.Viewer},
		"campaign import":     {line: "campaign import --dry-run", in: oneCampaign, needs: guard.Viewer},
		"campaign priority":   {line: "campaign priority summer-camp low", needs: guard.Editor},
		"campaign unpublish":  {line: "campaign unpublish summer-camp", needs: guard.Publisher},
		"library list":        {line: "library list audience", needs: guard.Viewer},
		"library show":        {line: "library show audience returning", needs: guard.Viewer, other: "there is no audience"},
		"replay":              {line: "replay", in: onePage, needs: guard.Viewer},
		"convert":             {line: "convert", in: onePage, needs: guard.Viewer},
		"watch":               {line: "watch -", in: onePage, needs: guard.Viewer},
		"test":                {line: "test", needs: guard.Viewer},
		"backup":              {line: "backup", needs: guard.Admin},
		"campaign approve":    {line: "campaign approve summer-camp", needs: guard.Publisher, other: "nobody has asked for approval"},
		"campaign decline":    {line: "campaign decline summer-camp", needs: guard.Publisher, other: "nobody has asked for approval"},
		"campaign duplicate":  {line: "campaign duplicate summer-camp Copy", needs: guard.Editor},
		"campaign put":        {line: "campaign put --replace", in: oneCampaign, needs: guard.Editor},
		"campaign revert":     {line: "campaign revert summer-camp 1", needs: guard.Editor},
		"campaign set":        {line: "campaign set summer-camp description Tents", needs: guard.Editor},
		"campaign switch":     {line: "campaign switch summer-camp/nothing off", needs: guard.Editor, other: "has no engagement"},
		"library default":     {line: "library default default", needs: guard.Editor, other: "there is no window"},
		"library delete":      {line: "library delete goal none", needs: guard.Editor, other: "there is no goal"},
		"library duplicate":   {line: "library duplicate goal none", needs: guard.Editor, other: "there is no goal"},
		"library history":     {line: "library history audience returning", needs: guard.Viewer, other: "there is no audience"},
		"library id":          {line: "library id goal none some", needs: guard.Editor, other: "there is no goal"},
		"library put":         {line: "library put --replace", in: oneGoal, needs: guard.Editor},
		"library revert":      {line: "library revert goal none 1", needs: guard.Editor, other: "there was no goal"},
		"library set":         {line: "library set goal none name x", needs: guard.Editor, other: "there is no goal"},
		"settings history":    {line: "settings history", needs: guard.Viewer},
		"settings put":        {line: "settings put", in: settingsNow, needs: guard.Publisher, other: "there is a settings account already"},
		"settings revert":     {line: "settings revert 1", needs: guard.Publisher},
		"settings set":        {line: "settings set visit.idle 30m", needs: guard.Publisher},
		"settings show":       {line: "settings show", needs: guard.Viewer},
		"journey copy":        {line: "journey copy none some", needs: guard.Editor, other: "there is no journey"},
		"journey delete":      {line: "journey delete none", needs: guard.Editor, other: "there is no journey"},
		"journey list":        {line: "journey list", needs: guard.Viewer},
		"journey put":         {line: "journey put one page --replace", in: onePage, needs: guard.Editor},
		"journey rename":      {line: "journey rename none some", needs: guard.Editor, other: "there is no journey"},
		"journey show":        {line: "journey show cart-rescued", needs: guard.Viewer},
		"runs list":           {line: "runs list", needs: guard.Viewer},
		"runs show":           {line: "runs show none", needs: guard.Viewer, other: "there is no run"},
		"runs delete":         {line: "runs delete none", needs: guard.Editor, other: "there is no run"},
		"runs keep":           {line: "runs keep not_a_name --journey cart-rescued", needs: guard.Editor, other: "the name of a run"},
		"runs repeat":         {line: "runs repeat none", needs: guard.Viewer, other: "there is no run"},
		"scenario delete":     {line: "scenario delete none", needs: guard.Editor, other: "there is no scenario"},
		"scenario list":       {line: "scenario list", needs: guard.Viewer},
		"scenario put":        {line: "scenario put nothing-happens --replace", in: oneScenario, needs: guard.Editor},
		"scenario show":       {line: "scenario show none", needs: guard.Viewer, other: "there is no scenario"},
		"campaign export":     {line: "campaign export summer-camp", needs: guard.Viewer},
		"campaign list":       {line: "campaign list", needs: guard.Viewer},
		"campaign publish":    {line: "campaign publish summer-camp", needs: guard.Publisher, other: "the scenario"},
		"campaign request":    {line: "campaign request summer-camp", needs: guard.Editor, other: "the scenario"},
		"campaign requests":   {line: "campaign requests", needs: guard.Viewer},
		"campaign show":       {line: "campaign show summer-camp", needs: guard.Viewer},
		"campaign withdraw":   {line: "campaign withdraw summer-camp", needs: guard.Editor, other: "nobody has asked for approval"},
		"check":               {line: "check", needs: guard.Viewer},
		"console":             {line: "console --accessible", in: "quit\n", needs: guard.Viewer},
		"operator add":        {line: "operator add new --role viewer", in: publicOf(t, "new"), needs: guard.Admin},
		"operator disable":    {line: "operator disable vi", needs: guard.Admin},
		"operator enable":     {line: "operator enable vi", needs: guard.Admin},
		"operator list":       {line: "operator list", needs: guard.Viewer},
		"operator remove-key": {line: "operator remove-key new " + keyFingerprint(t, "new"), needs: guard.Admin},
		"operator role":       {line: "operator role ed editor", needs: guard.Admin, other: "already"},
		"verify":              {line: "verify", needs: guard.Viewer},
		"who":                 {line: "who", needs: guard.Viewer},
		"whoami":              {line: "whoami", needs: guard.Viewer},
	}
}

func keyFingerprint(t *testing.T, name string) string {
	t.Helper()
	keys, err := guard.ParseKeys([]byte(publicOf(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return keys[0].Fingerprint()
}

func TestEveryCommandOverSSHTakesItsRoleAndNoLess(t *testing.T) {
	t.Parallel()
	rows := remoteRows(t)
	var there []string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if len(c.Commands()) == 0 {
			there = append(there, strings.TrimPrefix(c.CommandPath(), "beckon "))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(remoteCommands(here(), nil, &serve.Client{}))
	slices.Sort(there)
	if want := slices.Sorted(maps.Keys(rows)); !slices.Equal(there, want) {
		t.Fatalf("commands over SSH\n%q, and rows for\n%q", there, want)
	}
	g := serveTeam(t, serve.Bounds{})
	who := map[guard.Role]string{guard.Viewer: "vi", guard.Editor: "ed", guard.Publisher: "pia", guard.Admin: "ana"}
	for _, role := range guard.Roles() { // admins last: they change who may what
		for _, name := range there {
			row := rows[name]
			may := slices.Index(guard.Roles(), role) >= slices.Index(guard.Roles(), row.needs)
			out, errs, code := g.run(who[role], row.line, row.in)
			refused := strings.Contains(errs, "only "+string(row.needs)+"s may")
			switch {
			case !may && (!refused || code == 0):
				t.Errorf("%s, %s: code %d, %q, want it refused", role, name, code, errs)
			case may && code != 0 && (row.other == "" || !strings.Contains(errs+out, row.other)):
				t.Errorf("%s, %s: code %d, %q", role, name, code, errs)
			}
		}
	}
}
