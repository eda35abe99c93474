package curves

// marks returns the points worth drawing.
func (s *subject) marks() []Mark {
	var marks []Mark
	add := func(kind, name string, c curve, i int, shown func(float64) float64) {
		marks = append(marks, Mark{kind, name, c.epochs[i], shown(c.y[i])})
	}
	if len(s.val.y) > 0 {
		add("best", s.valName, s.val, s.turn.index, s.shownVal)
		if t := s.turn; t.onset >= 0 && t.rise > riseMaterial*s.scale && t.rise > riseSigma*t.err {
			add("overfit", s.valName, s.val, t.onset, s.shownVal)
		}
	}
	if i := s.train.plateau(s.start - s.end); i >= 0 {
		add("plateau", s.name, s.train, i, s.shown)
	}
	return marks
}
