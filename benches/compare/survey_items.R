# The peer of survey_items.rs: svyby, item by item.
# Says its name, the seconds from the columns to the figures, its memory and how it ran.
suppressPackageStartupMessages(library(survey))
paths <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(paths[1], colClasses = c(province = "character", district = "character"))
items <- grep("^q", names(answers), value = TRUE)

invisible(gc(reset = TRUE))
elapsed <- system.time({
  design <- svydesign(ids = ~district, strata = ~province, weights = ~weight, data = answers)
  figures <- lapply(items, function(item) {
    svyby(reformulate(item), ~province, design, svymean, na.rm = TRUE)
  })
})[["elapsed"]]
peak <- sum(gc()[, 6])

lines <- unlist(Map(function(item, table) {
  sprintf("%s,%s,%.17g,%.17g", item, table$province, table[[item]], table$se)
}, items, figures))
writeLines(lines, paths[2])
cat(sprintf("R survey %s\t%.3f\t%.0f\t`svyby`, one run", packageVersion("survey"), elapsed, peak))
