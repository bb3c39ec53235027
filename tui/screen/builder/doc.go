// Package builder is the screen Builder: one campaign, made or changed in the
// twelve steps that operators know, from a name to publishing it.
//
// It owns the way through the steps, the preview, and how work is kept as a
// draft, checked, saved and published. Which fields a step has is package
// fields', how a field is edited package form's, how a document changes package
// edit's, what is wrong model.Validate's. It must not know how or where anything
// is kept: that is a [Keeper]'s.
//
// # What holds
//
//   - Any step can be reached at any time, and nothing that is wrong keeps an
//     operator from leaving a field or a step.
//   - Every change is undone and redone over all steps. Library items that come
//     to be on the way are written with the campaign in one change, or not.
//   - What is not saved is kept as a draft: two seconds after the first change
//     that no draft holds, however much is typed meanwhile; at once when a step,
//     an item or the screen is left, and when the terminal loses the focus; and
//     when the program ends, whatever ended it. So a process that is killed
//     loses two seconds of typing, and the time that one write takes. A draft
//     has all that can be undone, and the library items under edit with it, with
//     or without a name and at the field that they were begun for; it leaves
//     nothing in the history of the store. One that says what is written already is dropped, not offered.
//   - Saving a published campaign changes nothing that visitors see; publishing
//     does.
//   - Nobody is overwritten: what somebody else wrote meanwhile is shown field by
//     field, and what both changed is chosen by the operator.
//
// Other screens lead here with Shell.Show("builder", path), a string such as
// "cart-rescue" or "cart-rescue/help-overlay", or [NewCampaign];
// [Past], [Copy] and [Remove] before an ID ask for more than that.
//
// # Reading on
//
// Begin with screen.go, then work.go: the campaign under edit. open.go
// reads, draft.go keeps, save.go writes; publish.go, engagements.go and gallery.go
// are the steps that are no forms.
package builder
