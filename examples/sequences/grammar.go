package main

import "math/rand/v2"

// reber are the arrows of Reber's grammar (1967): from each state one of two symbols
// leads to a next state, or the end.
var reber = [][]struct {
	symbol byte
	next   int
}{
	{{'T', 1}, {'P', 2}},
	{{'S', 1}, {'X', 3}},
	{{'T', 2}, {'V', 4}},
	{{'X', 2}, {'S', end}},
	{{'P', 3}, {'V', end}},
}

const (
	end     = 5
	symbols = "BEPSTVX"
)

// word draws a word of the embedded grammar of Hochreiter and Schmidhuber (1997): a
// word of Reber's between two symbols that are the same, T or P. Who judges the last
// has to remember the first, past everything between.
func word(r *rand.Rand) string {
	outer := "TP"[r.IntN(2)]
	b := []byte{'B', outer, 'B'}
	for state := 0; state != end; {
		arrow := reber[state][r.IntN(2)]
		b, state = append(b, arrow.symbol), arrow.next
	}
	return string(append(b, 'E', outer, 'E'))
}

// grammatical reports whether a text is a word of the embedded grammar.
func grammatical(text string) bool {
	n := len(text)
	if n < 8 || text[0] != 'B' || text[2] != 'B' || text[1] != 'T' && text[1] != 'P' || text[n-3:] != "E"+text[1:2]+"E" {
		return false
	}
	state := 0
	for _, symbol := range []byte(text[3 : n-3]) {
		if state == end {
			return false
		}
		switch symbol {
		case reber[state][0].symbol:
			state = reber[state][0].next
		case reber[state][1].symbol:
			state = reber[state][1].next
		default:
			return false
		}
	}
	return state == end
}

// forgotten is a word whose last but one symbol is the wrong one of T and P.
func forgotten(word string) string {
	n := len(word)
	return word[:n-2] + string('T'+'P'-word[1]) + word[n-1:]
}

// misspelt is a word with any one symbol that makes it ungrammatical.
func misspelt(word string, r *rand.Rand) string {
	for {
		at := r.IntN(len(word))
		text := word[:at] + string(symbols[r.IntN(len(symbols))]) + word[at+1:]
		if !grammatical(text) {
			return text
		}
	}
}

// words draws n different texts of at most 24 symbols: of each four two words, with
// label 1, then one that is misspelt and one that has forgotten its beginning, with 0.
func words(n int, seed uint64) (texts []string, labels []float32) {
	r := rand.New(rand.NewPCG(seed, 0))
	seen := map[string]bool{}
	for len(texts) < n {
		text, label := word(r), float32(1)
		switch len(texts) % 4 {
		case 2:
			text, label = misspelt(text, r), 0
		case 3:
			text, label = forgotten(text), 0
		}
		if len(text) <= 24 && !seen[text] {
			seen[text] = true
			texts, labels = append(texts, text), append(labels, label)
		}
	}
	return texts, labels
}
