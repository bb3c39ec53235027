package replay_test

import (
	"fmt"
	"log"
	"time"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// demo returns the demo shop's engine.
func demo() *engine.Engine {
	c, err := fixtures.Catalog()
	if err != nil {
		log.Fatal(err)
	}
	eng, err := engine.Compile(c)
	if err != nil {
		log.Fatal(err)
	}
	return eng
}

// A visitor is driven by hand: what he does gives a further player each time,
// and the position after it.
func ExamplePlayer_Act() {
	eng := demo()
	p, err := replay.NewPlayer(eng, nil, replay.PlayerOptions{Start: replay.DefaultStart, Control: &engine.Control{}})
	if err != nil {
		log.Fatal(err)
	}
	p, at := p.Act(p.Start(), replay.OpenPage("https://shop.example/cart"), replay.ChangeCart(120*model.MoneyScale, 2))
	at = p.Wait(at, 31*model.Second)
	for _, x := range p.At(at).State.Screen {
		fmt.Println(eng.Engagements()[x.Engagement].Path, "in the", x.Zone, "zone")
	}
	// Output:
	// service-chat/chat-tab in the right zone
	// cart-rescue/help-overlay in the proactive zone
}

// What was played is kept as a scenario, in the form in which a person would
// write it.
func ExamplePlayer_Keep() {
	eng := demo()
	p, err := replay.NewPlayer(eng, nil, replay.PlayerOptions{Start: replay.DefaultStart, Control: &engine.Control{}})
	if err != nil {
		log.Fatal(err)
	}
	p, at := p.Act(p.Start(), replay.OpenPage("https://shop.example/cart"), replay.ChangeCart(120*model.MoneyScale, 2))
	help, _ := eng.Index("cart-rescue/help-overlay")
	shown, ok := p.Next(at, func(m *replay.Mark) bool { return m.Kind == replay.MarkDisplay && m.Engagement == help })
	if !ok {
		log.Fatal("it is not shown")
	}
	p, at = p.Answer(shown.Position, help, journey.Decline)
	s, losses := p.Keep(at, replay.KeepOptions{Name: "who declines help is let go", Catalog: "../catalog", NotShown: []string{"cart-rescue/help-overlay"}})
	if len(losses) > 0 {
		log.Fatal(losses)
	}
	file, err := replay.EncodeScenario(s)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(file))
	// Output:
	// scenario: who declines help is let go
	// catalog: ../catalog
	// steps:
	//   - page: https://shop.example/cart
	//   - expect: {shown: service-chat/chat-tab, zone: right, state: online}
	//   - cart: {total: "120.00", numItems: 2}
	//   - wait: 30s
	//   - expect: {shown: cart-rescue/help-overlay, zone: proactive, state: online}
	//   - decline: cart-rescue/help-overlay
	//   - expect: {not-shown: cart-rescue/help-overlay, because: closed}
	//   - expect: {displays: 2}
}

// Two runs are compared in time: what if the cart had been small?
func ExampleWhatIf() {
	eng := demo()
	p, err := replay.NewPlayer(eng, nil, replay.PlayerOptions{Start: replay.DefaultStart, Control: &engine.Control{}})
	if err != nil {
		log.Fatal(err)
	}
	p, _ = p.Act(p.Start(), replay.OpenPage("https://shop.example/cart"), replay.ChangeCart(120*model.MoneyScale, 2))
	small, _ := p.Replace(1, replay.ChangeCart(20*model.MoneyScale, 1))
	for _, d := range replay.WhatIf(p, small) {
		if d.Kind == replay.DisplayLost {
			fmt.Println("lost:", d.Engagement, "at", d.A.At.Time().Format(time.TimeOnly))
		}
	}
	// Output:
	// lost: cart-rescue/help-overlay at 10:00:30
}
