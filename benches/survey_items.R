# The peer of survey_items.rs: svyby, item by item.
# Says milliseconds from the columns to the figures, then what ran and its memory.
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
cat(sprintf("%.1f survey %s, one run, peak %.0f MB", elapsed * 1000, packageVersion("survey"), peak))
