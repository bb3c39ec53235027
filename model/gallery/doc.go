// Package gallery is the built-in templates that an engagement begins from:
// every format for conversations and for content, one for each use case, one
// blank, and HTML where the format takes it. Domain 2.4.
//
// It owns the templates (templates/*.yaml, one stream of documents a format,
// in canonical form) and how a template becomes an engagement's creative. It
// must not know a store or a screen, and imports nothing of this module but the
// model.
//
// Begin at [Templates]; [Filter] narrows them and [Apply] takes one.
package gallery
