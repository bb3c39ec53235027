package form

import (
	"beckon/model"
	"beckon/model/edit"
)

// Editor is the document that a form edits, with its past; *edit.History is
// one. It is the operator's alone: nobody else changes it while the form is
// open, unless the screen calls [Form.Reload] afterwards.
type Editor interface {
	// Document is the document as it is now. It is never changed: a step makes
	// another one.
	Document() model.Document
	// DoKeyed makes one step of the edits. Steps of one key that follow each
	// other become one, so that a word typed is undone at once; an empty key
	// always begins a step. The name says what was done: "change goal".
	DoKeyed(key, name string, edits ...edit.Edit) error
	// Undo and Redo give the step, or false where there is none.
	Undo() (edit.Step, bool)
	Redo() (edit.Step, bool)
	Dirty() bool
}

// Edit is one change of the document.
type Edit = edit.Edit

func setting(path string, value any) Edit { return edit.Set(edit.Path(path), value) }

func clearing(path string) Edit { return edit.Clear(edit.Path(path)) }

func inserting(list string, i int, value any) Edit { return edit.Insert(edit.Path(list).At(i), value) }

func removing(list string, i int) Edit { return edit.Remove(edit.Path(list).At(i)) }

func moving(list string, from, to int) Edit { return edit.Move(edit.Path(list).At(from), to) }
