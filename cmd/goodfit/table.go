package main

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
)

// tableFlags say how a CSV file is read.
type tableFlags struct {
	separator    string
	decimalComma bool
	category     []string
}

// add declares the flags.
func (f *tableFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.separator, "separator", "", `character between fields, or "tab" (default: found in the file)`)
	s.BoolVar(&f.decimalComma, "decimal-comma", false, "numbers are written 1,5")
	s.StringSliceVar(&f.category, "category", nil, "columns to take as categories though they hold numbers, as postal codes")
}

// read reads the CSV file at path; "-" is standard input.
func (f *tableFlags) read(path string, stdin io.Reader) (*datasets.Table, error) {
	o := datasets.CSVOptions{DecimalComma: f.decimalComma}
	var err error
	if o.Separator, err = separatorOf(f.separator); err != nil {
		return nil, err
	}
	for _, name := range f.category {
		if o.Kinds == nil {
			o.Kinds = map[string]datasets.Kind{}
		}
		o.Kinds[name] = datasets.Category
	}
	if path == "-" {
		o.Name = "standard input"
		return datasets.ReadCSV(stdin, o)
	}
	return datasets.ReadCSVFile(path, o)
}

// separatorOf returns the character that --separator means, 0 for none.
func separatorOf(text string) (rune, error) {
	switch text {
	case "":
		return 0, nil
	case "tab", `\t`:
		return '\t', nil
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r == utf8.RuneError || r == '"' || r == '\n' || r == '\r' {
		return 0, fmt.Errorf(`--separator is %q, want one character other than a quote or a line end, or "tab"`, text)
	}
	return r, nil
}
