package studies

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/goodfit-ml/goodfit/report"
)

// WriteMarkdown writes outcomes as a page of Markdown: for each study the question,
// the results beside the book's numbers with the reasons for differences, and
// the claims with their evidence. The same outcomes give the same bytes.
func WriteMarkdown(w io.Writer, outcomes []*Outcome) error {
	b := bufio.NewWriter(w)
	chapter := -1
	for _, o := range outcomes {
		if o.Chapter != chapter {
			chapter = o.Chapter
			fmt.Fprintf(b, "\n## %s\n", chapterTitle(chapter))
		}
		fmt.Fprintf(b, "\n### %s\n`%s`: %s\n", o.Title, o.Name, o.Question)
		o.markdownTable(b)
		if len(o.Claims) > 0 {
			fmt.Fprintln(b)
		}
		for _, c := range o.Claims {
			verdict := ""
			if !c.Holds {
				verdict = "**does not hold:** "
			}
			fmt.Fprintf(b, "- %s%s. (%s)\n", verdict, c.Text, oneLine(c.Evidence))
		}
	}
	return b.Flush()
}

func chapterTitle(chapter int) string {
	if chapter == 0 {
		return "Introduction"
	}
	return fmt.Sprint("Chapter ", chapter)
}

// markdownTable writes the results; reasons follow once each, with a letter.
func (o *Outcome) markdownTable(w io.Writer) {
	if len(o.Results) == 0 {
		return
	}
	var reasons []string
	fmt.Fprint(w, "\n| measured | book | ours | n |\n|---|---|---|---|\n")
	for _, r := range o.Results {
		book, mark := "", ""
		if r.Book != nil {
			book = report.FormatNumber(*r.Book)
		}
		if r.Why != "" {
			mark = noteMark(&reasons, r.Why)
		}
		ours := report.FormatNumber(r.Mean)
		if r.N > 1 {
			ours += " ± " + report.FormatNumber(r.SD)
		}
		fmt.Fprintf(w, "| %s%s | %s | %s | %d |\n", strings.ReplaceAll(r.What, "|", `\|`), mark, book, ours, r.N)
	}
	for i, why := range reasons {
		fmt.Fprintf(w, "\n(%c) %s\n", 'a'+i, why)
	}
}

// noteMark returns the letter of a reason, which it adds if it is new.
func noteMark(reasons *[]string, why string) string {
	for i, r := range *reasons {
		if r == why {
			return fmt.Sprintf(" (%c)", 'a'+i)
		}
	}
	*reasons = append(*reasons, why)
	return fmt.Sprintf(" (%c)", 'a'+len(*reasons)-1)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
