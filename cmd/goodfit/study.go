package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/report"
	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/all"
)

const studyHelp = `The case studies of the playbook (Brownlee, Better Deep Learning): each trains
many times to answer a question, and says what it found as claims with evidence,
as results beside the book's numbers, and as figures.

The same base seed gives the same results on any machine.`

// studyFlags are the options of study run.
type studyFlags struct {
	all, quick, json, quiet bool
	seeds                   int
	baseSeed                uint64
	out, results            string
}

func newStudyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "study list|run",
		Short: "Run the playbook's case studies",
		Long:  studyHelp,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs list or run", c.CommandPath())
			}
			return fmt.Errorf("%s has no subcommand %q; there are list and run", c.CommandPath(), args[0])
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newStudyListCommand(), newStudyRunCommand())
	return c
}

func newStudyListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the studies with the questions they answer",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(c.OutOrStdout(), all.Studies())
			}
			table := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range all.Studies() {
				fmt.Fprintf(table, "%s\t%s\n", s.Name, s.Question)
			}
			return failed(table.Flush())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON list with an object for each study")
	return c
}

func newStudyRunCommand() *cobra.Command {
	f := &studyFlags{}
	c := &cobra.Command{
		Use:   "run NAME... | --all",
		Short: "Run studies by name, or by the case that they cover",
		Long:  studyHelp,
		RunE:  f.run,
	}
	s := c.Flags()
	s.BoolVar(&f.all, "all", false, "run all studies")
	s.BoolVar(&f.quick, "quick", false, "a few repeats in place of many")
	s.IntVar(&f.seeds, "seeds", 0, "repeats of whatever a study repeats (default: the study's own number, mostly 30)")
	s.Uint64Var(&f.baseSeed, "base-seed", 1, "the seed that all others are derived from")
	s.StringVar(&f.out, "out", "", "the folder for the figures and a page with all findings (default: none)")
	s.StringVar(&f.results, "results", "", "the Markdown file to write all numbers and claims to (default: none)")
	s.BoolVar(&f.json, "json", false, "print a JSON list with an object for each study")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	return c
}

// studies returns the studies that the command line asks for.
func (f *studyFlags) studies(c *cobra.Command, names []string) ([]studies.Study, error) {
	switch {
	case f.all && len(names) > 0:
		return nil, fmt.Errorf("%s takes names or --all, not both", c.CommandPath())
	case !f.all && len(names) == 0:
		return nil, fmt.Errorf("%s needs a name or --all; goodfit study list shows the names", c.CommandPath())
	case c.Flags().Changed("seeds") && f.seeds < 1:
		return nil, fmt.Errorf("--seeds is %d, want at least 1", f.seeds)
	case f.all:
		return all.Studies(), nil
	}
	return all.Find(names...)
}

func (f *studyFlags) run(c *cobra.Command, names []string) error {
	list, err := f.studies(c, names)
	if err != nil {
		return err
	}
	done := []*studies.Outcome{}
	err = f.each(c.Context(), list, func(out *studies.Outcome) {
		done = append(done, out)
		switch {
		case f.json && !f.quiet:
			fmt.Fprintf(c.ErrOrStderr(), "%s %.1f s\n", out.Name, out.Seconds)
		case !f.json && !f.quiet:
			printOutcome(c.OutOrStdout(), out)
		}
	})
	if f.json {
		err = errors.Join(err, printJSON(c.OutOrStdout(), done))
	}
	return errors.Join(err, f.write(c.OutOrStdout(), done))
}

// write writes the files that are asked for.
func (f *studyFlags) write(stdout io.Writer, done []*studies.Outcome) error {
	var results, page error
	if f.results != "" {
		results = atomicfile.WriteFile(f.results, func(w io.Writer) error { return all.WriteResults(w, done) })
	}
	if f.out != "" && len(done) > 0 {
		path := filepath.Join(f.out, "studies.html")
		page = report.Write(path, studies.Page("The playbook's studies", done))
		if page == nil && !f.quiet && !f.json {
			fmt.Fprintf(stdout, "All of it with figures: %s\n", path)
		}
	}
	return failed(errors.Join(results, page))
}

// each runs the studies one after the other, each on all processors.
func (f *studyFlags) each(ctx context.Context, list []studies.Study, found func(out *studies.Outcome)) error {
	o := studies.Options{Quick: f.quick, Seeds: f.seeds, BaseSeed: f.baseSeed, Dir: f.out}
	for _, s := range list {
		out, err := studies.Run(ctx, s, o)
		if err != nil {
			return failed(err)
		}
		found(out)
	}
	return nil
}

// printOutcome writes what a study found: its claims, then its results beside the
// book's.
func printOutcome(w io.Writer, out *studies.Outcome) {
	fmt.Fprintf(w, "%s: %s\n%s\n", out.Name, out.Title, out.Question)
	for _, claim := range out.Claims {
		mark := "holds"
		if !claim.Holds {
			mark = "fails"
		}
		fmt.Fprintf(w, "  %s  %s\n         %s\n", mark, claim.Text, claim.Evidence)
	}
	if len(out.Results) > 0 {
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  measured\tbook\tmean\tsd\tn")
		for _, r := range out.Results {
			book := "–"
			if r.Book != nil {
				book = report.FormatNumber(*r.Book)
			}
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%d\n", r.What, book, report.FormatNumber(r.Mean), report.FormatNumber(r.SD), r.N)
		}
		table.Flush()
	}
	for _, figure := range out.Figures {
		fmt.Fprintf(w, "  %s\n", figure)
	}
	fmt.Fprintf(w, "  %.1f s\n\n", out.Seconds)
}
