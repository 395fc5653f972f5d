# To be sourced: median WHO FIELD, over the rounds in $out/rounds, lines of who and figures.
median() {
  awk -v who="$1" -v field="$2" '$1 == who { print $field }' "$out/rounds" | sort -n |
    awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int((NR + 2) / 2)]) / 2 }'
}
