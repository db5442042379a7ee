defmodule Code.Formatter.Shape do
  @moduledoc false
  # What the formatter asks of quoted code: which kind it is, where it begins, whether it was written on several lines.

  alias Code.Formatter.Operators

  @first_line 0
  @last_line 9_999_999
  @do_keys [:do, :else, :rescue, :catch, :after]

  # First and last line that something begins on, as far as code tells. What stands behind the end of a block or a call is behind.
  def span(quoted), do: {first_line(quoted, @last_line), last_line(quoted, @first_line)}

  def first_line({:__block__, meta, [_] = args}, max), do: min(meta_line(meta, max), Enum.reduce(args, max, &first_line/2))
  def first_line({form, meta, args}, max) do
    max = if op?(form) or form == :., do: max, else: min(meta_line(meta, max), max)
    max = if is_tuple(form), do: first_line(form, max), else: max
    max = if is_list(args), do: Enum.reduce(args, max, &first_line/2), else: max
    min(max, meta_line(meta, max))
  end

  def first_line({left, right}, max), do: first_line(left, first_line(right, max))
  def first_line(list, max) when is_list(list), do: Enum.reduce(list, max, &first_line/2)
  def first_line(_, max), do: max

  def meta_line(meta, default), do: if(is_list(meta), do: meta[:line] || default, else: default)

  def last_line({form, meta, args}, min) do
    min = max(min, meta_line(meta, min))
    min = if is_tuple(form), do: last_line(form, min), else: min
    if is_list(args), do: Enum.reduce(args, min, &last_line/2), else: min
  end

  def last_line({left, right}, min), do: last_line(right, last_line(left, min))
  def last_line(list, min) when is_list(list), do: Enum.reduce(list, min, &last_line/2)
  def last_line(_, min), do: min

  # The line that code begins on; none if it does not tell.
  def beginning(quoted) do
    case first_line(quoted, @last_line) do
      @last_line -> @first_line
      line -> line
    end
  end

  defp op?(name), do: is_atom(name) and (Operators.binary(name) != nil or Operators.unary(name) != nil)

  def interpolated?(parts) do
    Enum.all?(parts, fn
      {:"::", _, [{{:., _, [Kernel, :to_string]}, _, [_]}, {:binary, _, context}]} when is_atom(context) -> true
      text -> is_binary(text)
    end)
  end

  def unwrap({:__block__, _, [{_, _, _} = inner]}), do: unwrap(inner)
  def unwrap({:__block__, _, [number]}) when is_number(number), do: number
  def unwrap(other), do: other

  def placeholder?({:&, _, [{:__block__, _, [number]}]}) when is_integer(number), do: true
  def placeholder?({:&, _, [number]}) when is_integer(number), do: true
  def placeholder?(_), do: false

  def binary?({:not, _, [{:in, _, [_, _]}]}), do: true
  def binary?({:..//, _, [_, _, _]}), do: true
  def binary?({op, _, [_, _]}) when is_atom(op), do: Operators.binary(op) != nil
  def binary?(_), do: false

  def unary?({:not, _, [{:in, _, [_, _]}]}), do: false
  def unary?({op, _, [_]}) when is_atom(op), do: Operators.unary(op) != nil
  def unary?(_), do: false

  def starts_with_capture?({:&, _, [{:__block__, _, [number]}]}) when is_integer(number), do: true
  def starts_with_capture?({:&, _, [number]}) when is_integer(number), do: true
  def starts_with_capture?({{:., _, [Access, :get]}, _, [target, _]}), do: starts_with_capture?(target)
  def starts_with_capture?({{:., _, [target | _]}, _, _}), do: starts_with_capture?(target)
  def starts_with_capture?(_), do: false

  def alias?({:__aliases__, _, _}), do: true
  def alias?({:__MODULE__, _, context}) when is_atom(context), do: true
  def alias?({:__block__, _, [atom]}) when is_atom(atom), do: true
  def alias?(atom), do: is_atom(atom)

  def blocks?([{{:__block__, meta, [:do]}, _} | rest], st) do
    keys = for {{:__block__, _, [key]}, _} <- rest, do: key
    forced? = st.force_do_end and [:do | keys] == Enum.uniq([:do | keys])
    (forced? or meta[:format] != :keyword) and length(keys) == length(rest) and Enum.all?(keys, &(&1 in @do_keys))
  end

  def blocks?(_, _), do: false

  # Whether the arguments, and whether the keywords behind them, stay on lines of their own because each was written on one.
  def apart(_head, _plain, _keywords, %{skip_eol: true}), do: {false, false}

  def apart(head, plain, keywords, _st) when head in ["for", "with"] do
    apart? = apart?(plain ++ keywords)
    {apart?, apart?}
  end

  def apart(_head, plain, keywords, _st), do: {apart?(plain), apart?(keywords) or (keywords != [] and apart?(plain ++ keywords))}

  defp apart?([_, _ | _] = args) do
    lines = Enum.map(args, &first_line(&1, @last_line))
    @last_line not in lines and lines == Enum.uniq(lines)
  end

  defp apart?(_), do: false

  # Keywords that end the arguments stand without brackets.
  def trailing_keywords(args) do
    case List.last(args) do
      {:__block__, _, [[_ | _] = pairs]} -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs_of(pairs), length(pairs)}, else: {args, 0}
      [_ | _] = pairs -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs_of(pairs), length(pairs)}, else: {args, 0}
      _ -> {args, 0}
    end
  end

  defp pairs_of(pairs), do: pairs

  def keyword_pair?({{:__block__, meta, [_]}, _}), do: meta[:format] == :keyword
  def keyword_pair?({key, _}), do: keyword_key?(key)
  def keyword_pair?(_), do: false

  def elems(args), do: elem(trailing_keywords_in(args), 0)

  # In containers only keywords without brackets of their own are spread.
  def trailing_keywords_in(args) do
    case List.last(args) do
      [_ | _] = pairs -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs, true}, else: {args, false}
      _ -> {args, false}
    end
  end

  def starts_with_bits?({:<<>>, meta, _}), do: not Keyword.has_key?(meta, :delimiter)
  def starts_with_bits?({:"~~~", _, [_]}), do: true
  def starts_with_bits?({:"::", _, [_, _]}), do: false
  def starts_with_bits?({op, _, [left, _]}) when is_atom(op), do: Operators.binary(op) != nil and starts_with_bits?(left)
  def starts_with_bits?(_), do: false

  def ends_with_bits?({:<<>>, meta, _}), do: not Keyword.has_key?(meta, :delimiter)
  def ends_with_bits?({:"::", _, [_, _]}), do: false
  def ends_with_bits?({op, _, [_, right]}) when is_atom(op), do: Operators.binary(op) != nil and ends_with_bits?(right)
  def ends_with_bits?(_), do: false

  def elem_meta({_, meta, _}) when is_list(meta), do: meta
  def elem_meta(_), do: []

  # Keywords at the end of an operator would be taken for those of the call around it.
  def ends_with_keywords?({op, _, [_, right]}) when is_atom(op),
    do: Operators.binary(op) != nil and (keyword?(right) or ends_with_keywords?(right))

  def ends_with_keywords?(_), do: false

  # Whether a call, or that of an attribute, ends with a block.
  def block?({:@, _, [{_, meta, [_ | _]}]}) when is_list(meta), do: Keyword.has_key?(meta, :do)
  def block?({_, meta, args}) when is_list(meta) and is_list(args), do: Keyword.has_key?(meta, :do)
  def block?(_), do: false

  def keyword_key?({{:., _, [:erlang, _]}, meta, [{:<<>>, _, _}, :utf8]}), do: meta[:format] == :keyword
  def keyword_key?(_), do: false

  def keyword?([_ | _] = pairs) do
    Enum.all?(pairs, fn
      {{:__block__, meta, [key]}, _} when is_atom(key) -> meta[:format] == :keyword
      {key, _} -> keyword_key?(key)
      _ -> false
    end)
  end

  def keyword?(_), do: false

  def closing_line(meta), do: meta[:closing][:line] || @last_line

  # Comments before this line stand before a clause: up to the end of its arguments, or else the arrow.
  def head_end([], meta), do: meta_line(meta, @first_line)
  def head_end(args, _meta), do: last_line(args, @first_line) + 1

  def multiline_clause?({:->, meta, [_, body]}, st), do: eol?(meta, st) or match?({:__block__, _, [_, _ | _]}, body)

  def next_break_fits?({:{}, meta, _}), do: eol_meta?(meta)
  def next_break_fits?({:__block__, meta, [{_, _}]}), do: eol_meta?(meta)
  def next_break_fits?({:<<>>, meta, [_ | _]}), do: meta[:delimiter] == "\"\"\"" or (not Keyword.has_key?(meta, :delimiter) and eol_meta?(meta))
  def next_break_fits?({{:., _, [List, :to_charlist]}, meta, [_]}), do: meta[:delimiter] == "'''"
  def next_break_fits?({{:., _, [_, :{}]}, _, [_ | _]}), do: true
  def next_break_fits?({:__block__, meta, [text]}) when is_binary(text), do: meta[:delimiter] == "\"\"\""

  def next_break_fits?({:__block__, meta, [list]}) when is_list(list) do
    meta[:delimiter] != "'" and (meta[:delimiter] == "'''" or not match?([{:->, _, _} | _], list))
  end

  def next_break_fits?({form, _, [_ | _]}) when form in [:fn, :%{}, :%], do: true
  def next_break_fits?({:fn, _, _}), do: true

  def next_break_fits?({name, meta, args}) when is_atom(name) and is_list(args) do
    meta[:delimiter] in ["\"\"\"", "'''"]
  end

  def next_break_fits?(_), do: false

  defp eol_meta?(meta), do: Keyword.get(meta, :newlines, 0) > 0

  def eol?(_meta, %{skip_eol: true}), do: false
  def eol?(meta, _st), do: Keyword.get(meta, :newlines, 0) > 0
end
