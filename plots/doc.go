// Package plots draws the figures of deep learning work as PNG and SVG: learning curves, grids of
// small multiples, scatter plots, decision regions, histograms, box plots, dots per run, bars with
// errors, lines with bands, functions, error surfaces, contours, heat maps, confusion matrices and
// residuals.
//
// A figure is a value that describes what to show:
//
//	err := plots.LearningCurve{History: history}.Save("curves.png")
//
// Every figure has the same look: light background, the palette of Okabe and Ito (2008), which
// readers with any colour vision can tell apart, training always [Train] and validation always
// [Validation], legends above the panels and never over the data. Axes, ticks, sizes and legends
// need no adjustment; [Size] is there for who wants another paper.
//
// The same figure gives the same bytes. Drawing reads the description only, so one figure may be
// drawn from many goroutines at once, unless a function inside it (as in [Surface]) forbids that.
//
// Values that are NaN or infinite are gaps, and so are values ≤ 0 on a log axis. A figure without
// any value left to draw is an error that names the panel.
package plots
