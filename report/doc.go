// Package report writes what training found as one HTML file that needs nothing else: no network,
// no other file, no server. Its scripts and styles are inside, curves are interactive and stay
// visible as still pictures without scripts and on paper, and it adapts to light and dark, to phones
// and to screen readers.
//
// A [Report] is sections of parts: tables, curves, figures, findings, confusion matrices, code and
// the cards of a coach's steps. [Fit] composes the report of one training from plain numbers.
//
// All text is escaped for its place in the page, whatever column or class names contain, and a
// content security policy forbids the page to run any script but its own or to load anything. The
// same report gives the same bytes; nothing reads the clock.
package report
