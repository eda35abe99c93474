package datasets

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanLines reads lines that are not blank.
func scanLines(in *bufio.Reader) (lines []string, err error) {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxRowBytes)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("datasets: line %d is not UTF-8 text", n)
		}
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	switch err := s.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("datasets: a line longer than %d MiB", maxRowBytes>>20)
	case err != nil:
		return nil, fmt.Errorf("datasets: %w", err)
	case len(lines) == 0:
		return nil, errors.New("datasets: the text has no lines")
	}
	return lines, nil
}
