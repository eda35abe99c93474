package main

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"größe", "grösse", 2}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"species", "sepal_length", "price"}
	for _, c := range []struct{ text, want string }{
		{"spcies", "species"}, {"SPECIES", "species"}, {"prize", "price"}, {"sepal_lenght", "sepal_length"},
		{"x", ""}, {"colour", ""}, {"", ""},
	} {
		got, ok := nearest(c.text, names)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q and %v, want %q", c.text, got, ok, c.want)
		}
	}
}
