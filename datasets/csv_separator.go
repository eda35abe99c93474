package datasets

import (
	"bytes"
	"encoding/csv"
	"io"
)

// separators are the candidates for a guess, best first among equals: a comma
// also occurs as decimal comma and in running text.
var separators = [...]rune{'\t', ';', '|', ','}

// guessSeparator returns the candidate that cuts the rows of the sample into the
// same number of fields, more than one, most often. A file of one column has
// none, and the comma serves, or the semicolon beside decimal commas. Whole says
// that the sample is the whole file.
func guessSeparator(sample []byte, whole bool, o CSVOptions) rune {
	if end := bytes.LastIndexByte(sample, '\n'); !whole && end >= 0 {
		sample = sample[:end+1]
	}
	best, most := ',', 0.0
	if o.DecimalComma {
		best = ';'
	}
	for _, separator := range separators {
		if separator == o.Comment || separator == ',' && o.DecimalComma {
			continue
		}
		if share := agreement(sample, separator, o.Comment); share > most {
			best, most = separator, share
		}
	}
	return best
}

// agreement returns the share of the sample's rows that have as many fields as
// the first, if that has several, else 0. A row that cannot be cut at all, as its
// quotes do not fit the separator, is one that differs.
func agreement(sample []byte, separator, comment rune) float64 {
	r := csv.NewReader(bytes.NewReader(sample))
	r.Comma, r.Comment = separator, comment
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	r.TrimLeadingSpace = trimsSpace(separator)
	width, rows, same := 0, 0, 0
	for rows < 200 {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if rows == 0 {
			width = len(record)
		}
		if width <= 1 {
			return 0
		}
		rows++
		if err != nil {
			break
		}
		if len(record) == width {
			same++
		}
	}
	return float64(same) / float64(max(rows, 1))
}

// trimsSpace reports whether encoding/csv may drop the space before a field, and
// so before its quote, without dropping separators.
func trimsSpace(separator rune) bool { return separator != '\t' && separator != ' ' }
