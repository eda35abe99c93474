package main

import (
	"strings"
	"unicode/utf8"
)

// nearest returns the name that is most like text, and false if none is like it:
// the least number of letters to insert, delete or change, at most a third of them.
func nearest(text string, names []string) (string, bool) {
	best, least := "", utf8.RuneCountInString(text)/3+1
	for _, name := range names {
		if d := distance(strings.ToLower(text), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best, best != ""
}

// distance is the Levenshtein distance of two texts, in characters.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		corner := row[0]
		row[0] = i + 1
		for j := range t {
			change := corner
			if s[i] != t[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}
