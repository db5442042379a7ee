defmodule :lists do
  @moduledoc """
  Erlang's `:lists`: plain functions over lists, the ground that `Enum` and `List` stand on.

  `reverse/2`, `member/2`, `keyfind/3`, `keymember/3` and `keysearch/3` are natives. Functions that keep order recurse
  in the body, so a list of n elements costs n stack frames and no second pass.
  """

  def reverse([] = list), do: list
  def reverse([_] = list), do: list
  def reverse([a, b]), do: [b, a]
  def reverse([a, b | rest]), do: :lists.reverse(rest, [b, a])

  ## Walking

  def map(fun, list) when is_function(fun, 1) and is_list(list), do: do_map(list, fun)
  def map(fun, other) when is_function(fun, 1), do: no_list(other)

  defp do_map([head | tail], fun), do: [fun.(head) | do_map(tail, fun)]
  defp do_map([], _fun), do: []

  # OTP takes these lists apart in a case.
  defp no_list(other), do: :erlang.error({:case_clause, other})

  def foreach(fun, list) when is_function(fun, 1), do: do_foreach(list, fun)

  defp do_foreach([head | tail], fun) do
    fun.(head)
    do_foreach(tail, fun)
  end

  defp do_foreach([], _fun), do: :ok

  def foldl(fun, acc, list) when is_function(fun, 2) and is_list(list), do: do_foldl(list, acc, fun)
  def foldl(fun, _acc, other) when is_function(fun, 2), do: no_list(other)

  defp do_foldl([head | tail], acc, fun), do: do_foldl(tail, fun.(head, acc), fun)
  defp do_foldl([], acc, _fun), do: acc

  def foldr(fun, acc, list) when is_function(fun, 2), do: do_foldr(list, acc, fun)

  defp do_foldr([head | tail], acc, fun), do: fun.(head, do_foldr(tail, acc, fun))
  defp do_foldr([], acc, _fun), do: acc

  def mapfoldl(fun, acc, list) when is_function(fun, 2), do: do_mapfoldl(list, acc, fun)

  defp do_mapfoldl([head | tail], acc, fun) do
    {head, acc} = fun.(head, acc)
    {tail, acc} = do_mapfoldl(tail, acc, fun)
    {[head | tail], acc}
  end

  defp do_mapfoldl([], acc, _fun), do: {[], acc}

  def mapfoldr(fun, acc, list) when is_function(fun, 2), do: do_mapfoldr(list, acc, fun)

  defp do_mapfoldr([head | tail], acc, fun) do
    {tail, acc} = do_mapfoldr(tail, acc, fun)
    {head, acc} = fun.(head, acc)
    {[head | tail], acc}
  end

  defp do_mapfoldr([], acc, _fun), do: {[], acc}

  def flatmap(fun, list) when is_function(fun, 1), do: do_flatmap(list, fun)

  defp do_flatmap([head | tail], fun), do: fun.(head) ++ do_flatmap(tail, fun)
  defp do_flatmap([], _fun), do: []

  ## Choosing

  def filter(fun, list) when is_function(fun, 1), do: do_filter(list, fun)

  defp do_filter([head | tail], fun) do
    case fun.(head) do
      true -> [head | do_filter(tail, fun)]
      false -> do_filter(tail, fun)
      other -> :erlang.error({:bad_filter, other})
    end
  end

  defp do_filter([], _fun), do: []
  defp do_filter(other, _fun), do: :erlang.error({:bad_generator, other})

  def filtermap(fun, list) when is_function(fun, 1), do: do_filtermap(list, fun)

  defp do_filtermap([head | tail], fun) do
    case fun.(head) do
      true -> [head | do_filtermap(tail, fun)]
      {true, value} -> [value | do_filtermap(tail, fun)]
      false -> do_filtermap(tail, fun)
    end
  end

  defp do_filtermap([], _fun), do: []

  def zf(fun, list), do: filtermap(fun, list)

  def partition(fun, list) when is_function(fun, 1), do: do_partition(list, fun, [], [])

  defp do_partition([head | tail], fun, yes, no) do
    case fun.(head) do
      true -> do_partition(tail, fun, [head | yes], no)
      false -> do_partition(tail, fun, yes, [head | no])
    end
  end

  defp do_partition([], _fun, yes, no), do: {reverse(yes), reverse(no)}

  def all(fun, list) when is_function(fun, 1) and is_list(list), do: do_all(list, fun)
  def all(fun, other) when is_function(fun, 1), do: no_list(other)

  defp do_all([head | tail], fun) do
    case fun.(head) do
      true -> do_all(tail, fun)
      false -> false
    end
  end

  defp do_all([], _fun), do: true

  def any(fun, list) when is_function(fun, 1) and is_list(list), do: do_any(list, fun)
  def any(fun, other) when is_function(fun, 1), do: no_list(other)

  defp do_any([head | tail], fun) do
    case fun.(head) do
      true -> true
      false -> do_any(tail, fun)
    end
  end

  defp do_any([], _fun), do: false

  def search(fun, list) when is_function(fun, 1), do: do_search(list, fun)

  defp do_search([head | tail], fun) do
    case fun.(head) do
      true -> {:value, head}
      false -> do_search(tail, fun)
    end
  end

  defp do_search([], _fun), do: false

  def takewhile(fun, list) when is_function(fun, 1), do: do_takewhile(list, fun)

  defp do_takewhile([head | tail], fun) do
    case fun.(head) do
      true -> [head | do_takewhile(tail, fun)]
      false -> []
    end
  end

  defp do_takewhile([], _fun), do: []

  def dropwhile(fun, list) when is_function(fun, 1), do: do_dropwhile(list, fun)

  defp do_dropwhile([head | tail] = list, fun) do
    case fun.(head) do
      true -> do_dropwhile(tail, fun)
      false -> list
    end
  end

  defp do_dropwhile([], _fun), do: []

  def splitwith(fun, list) when is_function(fun, 1), do: do_splitwith(list, fun, [])

  defp do_splitwith([head | tail] = list, fun, taken) do
    case fun.(head) do
      true -> do_splitwith(tail, fun, [head | taken])
      false -> {reverse(taken), list}
    end
  end

  defp do_splitwith([], _fun, taken), do: {reverse(taken), []}

  def delete(element, [element | rest]), do: rest
  def delete(element, [head | rest]), do: [head | delete(element, rest)]
  def delete(_element, []), do: []

  def subtract(left, right), do: left -- right

  ## Positions

  def nth(1, [head | _]), do: head
  def nth(n, [_ | tail]) when n > 1, do: nth(n - 1, tail)

  def nthtail(0, list) when is_list(list), do: list
  def nthtail(1, [_ | tail]), do: tail
  def nthtail(n, [_ | tail]) when n > 1, do: nthtail(n - 1, tail)

  def last([element]), do: element
  def last([_ | tail]), do: last(tail)

  def droplast([_]), do: []
  def droplast([head | tail]), do: [head | droplast(tail)]

  def split(n, list) when is_integer(n) and n >= 0 and is_list(list) do
    case do_split(n, list, []) do
      {_, _} = result -> result
      fault when is_atom(fault) -> :erlang.error(:badarg, [n, list])
    end
  end

  def split(n, list), do: :erlang.error(:badarg, [n, list])

  defp do_split(0, list, taken), do: {reverse(taken), list}
  defp do_split(n, [head | tail], taken), do: do_split(n - 1, tail, [head | taken])
  defp do_split(_n, [], _taken), do: :badarg

  def sublist(list, length) when is_integer(length) and is_list(list) and length >= 0, do: do_sublist(list, length)

  def sublist(list, 1, length) when is_list(list) and is_integer(length) and length >= 0, do: do_sublist(list, length)
  def sublist([], start, length) when is_integer(start) and is_integer(length) and length >= 0 and start > 1, do: []
  def sublist([_ | tail], start, length) when is_integer(start) and is_integer(length) and start > 1, do: sublist(tail, start - 1, length)

  defp do_sublist([head | tail], length) when length > 0, do: [head | do_sublist(tail, length - 1)]
  defp do_sublist(_list, _length), do: []

  def prefix([element | left], [element | right]), do: prefix(left, right)
  def prefix([], right) when is_list(right), do: true
  def prefix([_ | _], right) when is_list(right), do: false

  def suffix(suffix, list) do
    skip = length(list) - length(suffix)
    skip >= 0 and nthtail(skip, list) === suffix
  end

  ## Building

  def seq(first, last) when is_integer(first) and is_integer(last) and first - 1 <= last, do: do_seq(last, first, [])

  defp do_seq(last, first, acc) when last >= first, do: do_seq(last - 1, first, [last | acc])
  defp do_seq(_last, _first, acc), do: acc

  def seq(first, last, increment)
      when is_integer(first) and is_integer(last) and is_integer(increment) and
             ((increment > 0 and first - increment <= last) or (increment < 0 and first - increment >= last)),
      do: do_seq_by(first, last, increment)

  def seq(same, same, 0), do: [same]
  def seq(first, last, increment), do: :erlang.error(:badarg, [first, last, increment], error_info: %{module: :erl_stdlib_errors})

  defp do_seq_by(first, last, increment) when increment > 0 and first <= last, do: [first | do_seq_by(first + increment, last, increment)]
  defp do_seq_by(first, last, increment) when increment < 0 and first >= last, do: [first | do_seq_by(first + increment, last, increment)]
  defp do_seq_by(_first, _last, _increment), do: []

  def duplicate(n, element) when is_integer(n) and n >= 0, do: do_duplicate(n, element, [])

  defp do_duplicate(0, _element, acc), do: acc
  defp do_duplicate(n, element, acc), do: do_duplicate(n - 1, element, [element | acc])

  def append(left, right), do: left ++ right

  def append([last]), do: last
  def append([head | tail]), do: head ++ append(tail)
  def append([]), do: []

  def concat(things), do: flatmap(&thing_to_list/1, things)

  defp thing_to_list(thing) when is_integer(thing), do: :erlang.integer_to_list(thing)
  defp thing_to_list(thing) when is_float(thing), do: :erlang.float_to_list(thing)
  defp thing_to_list(thing) when is_atom(thing), do: :erlang.atom_to_list(thing)
  defp thing_to_list(thing) when is_list(thing), do: thing

  def flatten(list) when is_list(list), do: do_flatten(list, [])
  def flatten(list, tail) when is_list(list) and is_list(tail), do: do_flatten(list, tail)

  defp do_flatten([head | tail], rest) when is_list(head), do: do_flatten(head, do_flatten(tail, rest))
  defp do_flatten([head | tail], rest), do: [head | do_flatten(tail, rest)]
  defp do_flatten([], rest), do: rest

  def flatlength(list), do: do_flatlength(list, 0)

  defp do_flatlength([head | tail], count) when is_list(head), do: do_flatlength(tail, do_flatlength(head, count))
  defp do_flatlength([_ | tail], count), do: do_flatlength(tail, count + 1)
  defp do_flatlength([], count), do: count

  def join(_separator, []), do: []
  def join(separator, [head | tail]), do: [head | do_join(tail, separator)]

  defp do_join([head | tail], separator), do: [separator, head | do_join(tail, separator)]
  defp do_join([], _separator), do: []

  def enumerate(list), do: enumerate(1, 1, list)
  def enumerate(start, list), do: enumerate(start, 1, list)
  def enumerate(start, step, list) when is_integer(start) and is_integer(step), do: do_enumerate(list, start, step)

  defp do_enumerate([head | tail], index, step), do: [{index, head} | do_enumerate(tail, index + step, step)]
  defp do_enumerate([], _index, _step), do: []

  ## Zipping

  def zip([a | as], [b | bs]), do: [{a, b} | zip(as, bs)]
  def zip([], []), do: []

  def zip3([a | as], [b | bs], [c | cs]), do: [{a, b, c} | zip3(as, bs, cs)]
  def zip3([], [], []), do: []

  def zipwith(fun, [a | as], [b | bs]), do: [fun.(a, b) | zipwith(fun, as, bs)]
  def zipwith(fun, [], []) when is_function(fun, 2), do: []

  def zipwith3(fun, [a | as], [b | bs], [c | cs]), do: [fun.(a, b, c) | zipwith3(fun, as, bs, cs)]
  def zipwith3(fun, [], [], []) when is_function(fun, 3), do: []

  def unzip(pairs), do: do_unzip(pairs, [], [])

  defp do_unzip([{a, b} | rest], as, bs), do: do_unzip(rest, [a | as], [b | bs])
  defp do_unzip([], as, bs), do: {reverse(as), reverse(bs)}

  def unzip3(triples), do: do_unzip3(triples, [], [], [])

  defp do_unzip3([{a, b, c} | rest], as, bs, cs), do: do_unzip3(rest, [a | as], [b | bs], [c | cs])
  defp do_unzip3([], as, bs, cs), do: {reverse(as), reverse(bs), reverse(cs)}

  ## Numbers

  def sum(list), do: do_sum(list, 0)

  defp do_sum([head | tail], sum), do: do_sum(tail, sum + head)
  defp do_sum([], sum), do: sum

  def max([head | tail]), do: do_max(tail, head)

  defp do_max([head | tail], max) when head > max, do: do_max(tail, head)
  defp do_max([_ | tail], max), do: do_max(tail, max)
  defp do_max([], max), do: max

  def min([head | tail]), do: do_min(tail, head)

  defp do_min([head | tail], min) when head < min, do: do_min(tail, head)
  defp do_min([_ | tail], min), do: do_min(tail, min)
  defp do_min([], min), do: min

  ## Tuples by key

  def keydelete(key, n, list) when is_integer(n) and n > 0, do: keydelete3(key, n, list)

  defp keydelete3(key, n, [tuple | tail]) when :erlang.element(n, tuple) == key, do: tail
  defp keydelete3(key, n, [tuple | tail]), do: [tuple | keydelete3(key, n, tail)]
  defp keydelete3(_key, _n, []), do: []

  def keyreplace(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: keyreplace3(list, key, n, new)

  defp keyreplace3([tuple | tail], key, n, new) when :erlang.element(n, tuple) == key, do: [new | tail]
  defp keyreplace3([tuple | tail], key, n, new), do: [tuple | keyreplace3(tail, key, n, new)]
  defp keyreplace3([], _key, _n, _new), do: []

  def keystore(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: keystore2(list, key, n, new)

  defp keystore2([tuple | tail], key, n, new) when :erlang.element(n, tuple) == key, do: [new | tail]
  defp keystore2([tuple | tail], key, n, new), do: [tuple | keystore2(tail, key, n, new)]
  defp keystore2([], _key, _n, new), do: [new]

  def keytake(key, n, list) when is_integer(n) and n > 0, do: keytake(key, n, list, [])

  defp keytake(key, n, [tuple | tail], seen) when :erlang.element(n, tuple) == key, do: {:value, tuple, :lists.reverse(seen, tail)}
  defp keytake(key, n, [tuple | tail], seen), do: keytake(key, n, tail, [tuple | seen])
  defp keytake(_key, _n, [], _seen), do: false

  def keymap(fun, n, [tuple | tail]), do: [:erlang.setelement(n, tuple, fun.(:erlang.element(n, tuple))) | keymap(fun, n, tail)]
  def keymap(fun, n, []) when is_integer(n) and n >= 1 and is_function(fun, 1), do: []

  ## Sorting
  #
  # A stable natural merge sort. The list is cut into runs that already rise or strictly fall, and neighbouring runs are
  # merged in rounds. Rounds alternate the direction of the runs, so that no run is ever reversed for its own sake.

  def sort([]), do: []
  def sort([_] = list), do: list
  def sort([a, b]) when a <= b, do: [a, b]
  def sort([a, b]), do: [b, a]
  def sort([_ | _] = list), do: rounds_up(runs(list, []))

  defp runs([a, b | rest], acc) when a <= b, do: rising(rest, b, [a], acc)
  defp runs([a, b | rest], acc), do: falling(rest, b, [a], acc)
  defp runs([a], acc), do: reverse([[a] | acc])
  defp runs([], acc), do: reverse(acc)

  defp rising([c | rest], last, run, acc) when last <= c, do: rising(rest, c, [last | run], acc)
  defp rising(rest, last, run, acc), do: runs(rest, [reverse([last | run]) | acc])

  defp falling([c | rest], last, run, acc) when c < last, do: falling(rest, c, [last | run], acc)
  defp falling(rest, last, run, acc), do: runs(rest, [[last | run] | acc])

  # Runs rise; merging gives falling runs.
  defp rounds_up([run]), do: run
  defp rounds_up(runs), do: rounds_down(pair_up(runs))

  defp pair_up([a, b | rest]), do: [merge_up(a, b, []) | pair_up(rest)]
  defp pair_up([a]), do: [reverse(a)]
  defp pair_up([]), do: []

  # Runs fall; merging gives rising runs.
  defp rounds_down([run]), do: reverse(run)
  defp rounds_down(runs), do: rounds_up(pair_down(runs))

  defp pair_down([a, b | rest]), do: [merge_down(a, b, []) | pair_down(rest)]
  defp pair_down([a]), do: [reverse(a)]
  defp pair_down([]), do: []

  defp merge_up([a | as], [b | _] = right, acc) when a <= b, do: merge_up(as, right, [a | acc])
  defp merge_up([_ | _] = left, [b | bs], acc), do: merge_up(left, bs, [b | acc])
  defp merge_up([], right, acc), do: :lists.reverse(right, acc)
  defp merge_up(left, [], acc), do: :lists.reverse(left, acc)

  defp merge_down([a | as], [b | _] = right, acc) when a > b, do: merge_down(as, right, [a | acc])
  defp merge_down([_ | _] = left, [b | bs], acc), do: merge_down(left, bs, [b | acc])
  defp merge_down([], right, acc), do: :lists.reverse(right, acc)
  defp merge_down(left, [], acc), do: :lists.reverse(left, acc)

  def sort(fun, []) when is_function(fun, 2), do: []
  def sort(fun, [_] = list) when is_function(fun, 2), do: list
  def sort(fun, [_ | _] = list) when is_function(fun, 2), do: rounds_up(runs(list, [], fun), fun)

  defp runs([a, b | rest], acc, fun) do
    case fun.(a, b) do
      true -> rising(rest, b, [a], acc, fun)
      false -> falling(rest, b, [a], acc, fun)
    end
  end

  defp runs([a], acc, _fun), do: reverse([[a] | acc])
  defp runs([], acc, _fun), do: reverse(acc)

  defp rising([c | rest] = list, last, run, acc, fun) do
    case fun.(last, c) do
      true -> rising(rest, c, [last | run], acc, fun)
      false -> runs(list, [reverse([last | run]) | acc], fun)
    end
  end

  defp rising([], last, run, acc, fun), do: runs([], [reverse([last | run]) | acc], fun)

  defp falling([c | rest] = list, last, run, acc, fun) do
    case fun.(last, c) do
      true -> runs(list, [[last | run] | acc], fun)
      false -> falling(rest, c, [last | run], acc, fun)
    end
  end

  defp falling([], last, run, acc, fun), do: runs([], [[last | run] | acc], fun)

  defp rounds_up([run], _fun), do: run
  defp rounds_up(runs, fun), do: rounds_down(pair_up(runs, fun), fun)

  defp pair_up([a, b | rest], fun), do: [merge_up(a, b, [], fun) | pair_up(rest, fun)]
  defp pair_up([a], _fun), do: [reverse(a)]
  defp pair_up([], _fun), do: []

  defp rounds_down([run], _fun), do: reverse(run)
  defp rounds_down(runs, fun), do: rounds_up(pair_down(runs, fun), fun)

  defp pair_down([a, b | rest], fun), do: [merge_down(a, b, [], fun) | pair_down(rest, fun)]
  defp pair_down([a], _fun), do: [reverse(a)]
  defp pair_down([], _fun), do: []

  defp merge_up([a | as] = left, [b | bs] = right, acc, fun) do
    case fun.(a, b) do
      true -> merge_up(as, right, [a | acc], fun)
      false -> merge_up(left, bs, [b | acc], fun)
    end
  end

  defp merge_up([], right, acc, _fun), do: :lists.reverse(right, acc)
  defp merge_up(left, [], acc, _fun), do: :lists.reverse(left, acc)

  defp merge_down([a | as] = left, [b | bs] = right, acc, fun) do
    case fun.(a, b) do
      true -> merge_down(left, bs, [b | acc], fun)
      false -> merge_down(as, right, [a | acc], fun)
    end
  end

  defp merge_down([], right, acc, _fun), do: :lists.reverse(right, acc)
  defp merge_down(left, [], acc, _fun), do: :lists.reverse(left, acc)

  # The same sort by an element of tuples: the comparison stands in guards, which is what makes it quick.

  def keysort(n, []) when is_integer(n) and n > 0, do: []

  def keysort(n, [_ | tail] = list) when is_integer(n) and n > 0 and is_list(tail), do: key_rounds_up(key_runs(list, n, []), n)
  def keysort(n, other) when is_integer(n) and n > 0, do: no_list(other)

  defp key_runs([a, b | rest], n, acc) when :erlang.element(n, a) <= :erlang.element(n, b), do: key_rising(rest, b, [a], n, acc)
  defp key_runs([a, b | rest], n, acc) when :erlang.element(n, b) < :erlang.element(n, a), do: key_falling(rest, b, [a], n, acc)
  defp key_runs([_, b | _], n, _acc), do: :erlang.element(n, b)
  defp key_runs([a], _n, acc), do: reverse([[a] | acc])
  defp key_runs([], _n, acc), do: reverse(acc)

  defp key_rising([c | rest], last, run, n, acc) when :erlang.element(n, last) <= :erlang.element(n, c), do: key_rising(rest, c, [last | run], n, acc)
  defp key_rising([c | _] = rest, last, run, n, acc) when :erlang.element(n, c) < :erlang.element(n, last), do: key_runs(rest, n, [reverse([last | run]) | acc])
  defp key_rising([], last, run, n, acc), do: key_runs([], n, [reverse([last | run]) | acc])
  defp key_rising([c | _], _last, _run, n, _acc), do: :erlang.element(n, c)

  defp key_falling([c | rest], last, run, n, acc) when :erlang.element(n, c) < :erlang.element(n, last), do: key_falling(rest, c, [last | run], n, acc)
  defp key_falling([c | _] = rest, last, run, n, acc) when :erlang.element(n, last) <= :erlang.element(n, c), do: key_runs(rest, n, [[last | run] | acc])
  defp key_falling([], last, run, n, acc), do: key_runs([], n, [[last | run] | acc])
  defp key_falling([c | _], _last, _run, n, _acc), do: :erlang.element(n, c)

  defp key_rounds_up([run], _n), do: run
  defp key_rounds_up(runs, n), do: key_rounds_down(key_pair_up(runs, n), n)

  defp key_pair_up([a, b | rest], n), do: [key_merge_up(a, b, n, []) | key_pair_up(rest, n)]
  defp key_pair_up([a], _n), do: [reverse(a)]
  defp key_pair_up([], _n), do: []

  defp key_rounds_down([run], _n), do: reverse(run)
  defp key_rounds_down(runs, n), do: key_rounds_up(key_pair_down(runs, n), n)

  defp key_pair_down([a, b | rest], n), do: [key_merge_down(a, b, n, []) | key_pair_down(rest, n)]
  defp key_pair_down([a], _n), do: [reverse(a)]
  defp key_pair_down([], _n), do: []

  defp key_merge_up([a | as], [b | _] = right, n, acc) when :erlang.element(n, a) <= :erlang.element(n, b), do: key_merge_up(as, right, n, [a | acc])
  defp key_merge_up([_ | _] = left, [b | bs], n, acc), do: key_merge_up(left, bs, n, [b | acc])
  defp key_merge_up([], right, _n, acc), do: :lists.reverse(right, acc)
  defp key_merge_up(left, [], _n, acc), do: :lists.reverse(left, acc)

  defp key_merge_down([a | as], [b | _] = right, n, acc) when :erlang.element(n, a) > :erlang.element(n, b), do: key_merge_down(as, right, n, [a | acc])
  defp key_merge_down([_ | _] = left, [b | bs], n, acc), do: key_merge_down(left, bs, n, [b | acc])
  defp key_merge_down([], right, _n, acc), do: :lists.reverse(right, acc)
  defp key_merge_down(left, [], _n, acc), do: :lists.reverse(left, acc)

  def usort(list), do: drop_equal(sort(list))

  defp drop_equal([a, b | rest]) when a == b, do: drop_equal([a | rest])
  defp drop_equal([a | rest]), do: [a | drop_equal(rest)]
  defp drop_equal([]), do: []

  def usort(fun, list) when is_function(fun, 2), do: drop_same(sort(fun, list), fun)

  # In a sorted list `fun.(a, b)` holds for neighbours; they are the same when it also holds the other way round.
  defp drop_same([a, b | rest], fun) do
    case fun.(b, a) do
      true -> drop_same([a | rest], fun)
      false -> [a | drop_same([b | rest], fun)]
    end
  end

  defp drop_same(list, _fun), do: list

  def ukeysort(n, list) when is_integer(n) and n > 0, do: drop_same_key(keysort(n, list), n)

  defp drop_same_key([a, b | rest], n) when :erlang.element(n, a) == :erlang.element(n, b), do: drop_same_key([a | rest], n)
  defp drop_same_key([a | rest], n), do: [a | drop_same_key(rest, n)]
  defp drop_same_key([], _n), do: []

  def uniq(list), do: do_uniq(list, %{})

  defp do_uniq([head | tail], seen) do
    case seen do
      %{^head => _} -> do_uniq(tail, seen)
      %{} -> [head | do_uniq(tail, :maps.put(head, true, seen))]
    end
  end

  defp do_uniq([], _seen), do: []

  def uniq(fun, list) when is_function(fun, 1), do: do_uniq(list, fun, %{})

  defp do_uniq([head | tail], fun, seen) do
    key = fun.(head)

    case seen do
      %{^key => _} -> do_uniq(tail, fun, seen)
      %{} -> [head | do_uniq(tail, fun, :maps.put(key, true, seen))]
    end
  end

  defp do_uniq([], _fun, _seen), do: []

  ## Merging

  def merge(lists), do: rounds_up(filter(fn list -> list != [] end, lists) |> none_to_empty())

  defp none_to_empty([]), do: [[]]
  defp none_to_empty(lists), do: lists

  def merge(left, right) when is_list(left) and is_list(right), do: reverse(merge_up(left, right, []))
  def merge(fun, left, right) when is_function(fun, 2), do: reverse(merge_up(left, right, [], fun))
  def merge3(a, b, c), do: merge(merge(a, b), c)

  def umerge(lists), do: drop_equal(merge(lists))
  def umerge(left, right), do: drop_equal(merge(left, right))
  def umerge(fun, left, right), do: drop_same(merge(fun, left, right), fun)
  def umerge3(a, b, c), do: drop_equal(merge3(a, b, c))

  def keymerge(n, left, right), do: merge(fn a, b -> :erlang.element(n, a) <= :erlang.element(n, b) end, left, right)
  def ukeymerge(n, left, right), do: drop_same_key(keymerge(n, left, right), n)

  def rmerge(left, right), do: merge(fn a, b -> a >= b end, left, right)
end
