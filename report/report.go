package report

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// Report is a page: a title, a headline and sections.
type Report struct {
	Title string
	// Lead is one sentence that says what came out; may be empty.
	Lead string
	// Verdict is the headline in two or three words beside the title, such as "good fit".
	Verdict Verdict
	// Facts are the headline numbers, shown large under the title.
	Facts    []Fact
	Sections []Section
	// Footer is the last line, such as the program and its version; may be empty.
	Footer string
}

// Verdict is a short judgement. The zero Verdict is not shown.
type Verdict struct {
	Text     string
	Severity Severity
}

// Severity says how much attention something needs.
type Severity int

const (
	// Note is information.
	Note Severity = iota
	// Good is something that went well.
	Good
	// Warning is something to look at.
	Warning
	// Problem is something that makes the result unreliable.
	Problem
)

// String returns "note", "good", "warning" or "problem".
func (s Severity) String() string {
	switch s {
	case Good:
		return "good"
	case Warning:
		return "warning"
	case Problem:
		return "problem"
	}
	return "note"
}

// Fact is a named value.
type Fact struct {
	Name, Value string
}

// Section is a chapter of the page, listed in its contents.
type Section struct {
	Title string
	// Text comes first; an empty line separates paragraphs.
	Text  string
	Parts []Part
}

// Part is something a section shows. The types of this package implement it: [Text], [Facts],
// [Table], [Curves], [Figure], [Drawing], [Confusion], [Finding], [Card] and [Code].
type Part interface {
	// view returns the name of the part's template and the data for it.
	view() (name string, data any, err error)
}

// Text is paragraphs; an empty line separates them.
type Text string

func (t Text) view() (string, any, error) { return "text", paragraphs(string(t)), nil }

// Facts is a list of named values.
type Facts []Fact

func (f Facts) view() (string, any, error) { return "facts", f, nil }

// Code is an example to copy.
type Code struct {
	// Caption says what the code does.
	Caption string
	Text    string
}

func (c Code) view() (string, any, error) {
	c.Text = strings.Trim(c.Text, "\n")
	return "code", c, nil
}

func paragraphs(text string) []string {
	var ps []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			ps = append(ps, p)
		}
	}
	return ps
}

// Write writes the report to the file, which is replaced only by a whole new one. It fails if the
// report has no title, or if a part cannot be shown (see its type).
func Write(path string, r Report) error {
	page, err := r.html()
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
}

// WriteHTML writes the report to w. It fails as [Write] does, before the first byte is written.
func WriteHTML(w io.Writer, r Report) error {
	page, err := r.html()
	if err != nil {
		return err
	}
	_, err = w.Write(page)
	return err
}

var errNoTitle = errors.New("report: the report has no title")
