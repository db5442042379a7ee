defprotocol Inspect do
  @moduledoc """
  The protocol that shows terms: `inspect/2`, `IO.inspect/2` and error messages go through it.

  `@derive {Inspect, only: [...]}`, `:except` and `:optional` choose the fields of a struct that are shown.
  """

  @fallback_to_any true

  @doc "Makes an algebra document of the term."
  @spec inspect(t, Inspect.Opts.t()) :: Inspect.Algebra.t()
  def inspect(term, opts)
end

defimpl Inspect, for: Atom do
  def inspect(atom, opts), do: Inspect.Algebra.color(Macro.inspect_atom(:literal, atom), key(atom), opts)

  defp key(atom) when is_boolean(atom), do: :boolean
  defp key(nil), do: nil
  defp key(_), do: :atom
end

defimpl Inspect, for: BitString do
  import Inspect.Algebra

  def inspect(term, opts) when is_binary(term) do
    %Inspect.Opts{binaries: bins, base: base, printable_limit: printable_limit} = opts

    if base == :decimal and (bins == :as_strings or (bins == :infer and String.printable?(term, printable_limit))) do
      {escaped, rest} = take(term, printable_limit)
      color([~S(") | quoted(escaped, rest)] |> IO.iodata_to_binary(), :string, opts)
    else
      bits(term, opts)
    end
  end

  def inspect(term, opts), do: bits(term, opts)

  defp quoted(text, ""), do: [Inspect.Text.escape(text, ?"), ~S(")]
  defp quoted(text, _more), do: [Inspect.Text.escape(text, ?"), ~S("), " <> ..."]

  defp take(term, :infinity), do: {term, ""}
  defp take(term, limit) when byte_size(term) <= limit, do: {term, ""}
  defp take(term, limit), do: split(term, limit, 0)

  defp split(term, 0, offset), do: :erlang.split_binary(term, offset)

  defp split(term, limit, offset) do
    case term do
      <<_::binary-size(offset)>> -> {term, ""}
      # What would start an interpolation is escaped as one.
      <<_::binary-size(offset), "\#{", _::bits>> -> split(term, limit - 1, offset + 2)
      <<_::binary-size(offset), char::utf8, _::bits>> -> split(term, limit - 1, offset + byte_size(<<char::utf8>>))
      _ -> split(term, limit - 1, offset + 1)
    end
  end

  defp bits("", opts), do: color("<<>>", :binary, opts)

  defp bits(bitstring, opts) do
    left = color("<<", :binary, opts)
    right = color(">>", :binary, opts)
    items = segments(bitstring, opts.limit)
    container_doc(left, items, right, opts, &segment/2, break: :flex, nest: 2)
  end

  # No more than the limit needs is taken apart.
  defp segments(<<>>, _limit), do: []
  defp segments(_bitstring, -1), do: []
  defp segments(<<byte, rest::bits>>, limit), do: [byte | segments(rest, less(limit))]
  defp segments(bits, _limit) when is_bitstring(bits), do: [{bits, bit_size(bits)}]

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  defp segment({bits, size}, opts) do
    <<value::size(size)>> = bits
    Inspect.Integer.inspect(value, opts) |> concat("::size(" <> Integer.to_string(size) <> ")")
  end

  defp segment(byte, opts), do: Inspect.Integer.inspect(byte, opts)
end

defmodule Inspect.Text do
  @moduledoc false
  # Escapes text for display between two quotes.

  def escape(text, quote), do: IO.iodata_to_binary(escape(text, quote, 0, text, []))

  # Runs of plain characters are taken over as a whole: `size` bytes at the front of `all`.
  defp escape(<<char, rest::bits>>, quote, size, all, acc) when char in 32..126 and char != quote and char != ?\\ and char != ?#,
    do: escape(rest, quote, size + 1, all, acc)

  defp escape(<<?#, ?{, rest::bits>>, quote, size, all, acc), do: escape(rest, quote, 0, rest, [acc, run(all, size), "\\\#{"])
  defp escape(<<?#, rest::bits>>, quote, size, all, acc), do: escape(rest, quote, size + 1, all, acc)

  defp escape(<<char, rest::bits>>, quote, size, all, acc) when char < 128,
    do: escape(rest, quote, 0, rest, [acc, run(all, size), escape_char(char, quote)])

  defp escape(<<char::utf8, rest::bits>>, quote, size, all, acc) do
    if printable?(char) do
      escape(rest, quote, size + byte_size(<<char::utf8>>), all, acc)
    else
      escape(rest, quote, 0, rest, [acc, run(all, size), hex(char)])
    end
  end

  defp escape(<<byte, rest::bits>>, quote, size, all, acc), do: escape(rest, quote, 0, rest, [acc, run(all, size), byte_hex(byte)])
  defp escape(<<>>, _quote, size, all, acc), do: [acc, run(all, size)]

  defp run(_all, 0), do: []
  defp run(all, size), do: :erlang.binary_part(all, 0, size)

  defp escape_char(quote, quote), do: [?\\, quote]
  defp escape_char(?\\, _), do: "\\\\"
  defp escape_char(?\n, _), do: "\\n"
  defp escape_char(?\r, _), do: "\\r"
  defp escape_char(?\t, _), do: "\\t"
  defp escape_char(?\e, _), do: "\\e"
  defp escape_char(?\a, _), do: "\\a"
  defp escape_char(?\b, _), do: "\\b"
  defp escape_char(?\f, _), do: "\\f"
  defp escape_char(?\v, _), do: "\\v"
  defp escape_char(?\d, _), do: "\\d"
  defp escape_char(0, _), do: "\\0"
  defp escape_char(char, _) when char in 32..126, do: char
  defp escape_char(char, _), do: hex(char)

  # A mark of byte order can be printed, but not seen.
  defp printable?(0xFEFF), do: false
  defp printable?(char), do: String.printable?(<<char::utf8>>)

  defp byte_hex(byte), do: ["\\x", pad(:erlang.integer_to_binary(byte, 16))]
  defp hex(0xFEFF), do: "\\uFEFF"
  defp hex(char) when char < 256, do: byte_hex(char)
  defp hex(char), do: ["\\x{", :erlang.integer_to_binary(char, 16), "}"]

  defp pad(<<_>> = digit), do: [?0, digit]
  defp pad(digits), do: digits
end

defimpl Inspect, for: List do
  import Inspect.Algebra

  def inspect([], opts), do: color("[]", :list, opts)

  def inspect(term, opts) do
    %Inspect.Opts{charlists: lists, char_lists: lists_deprecated, printable_limit: printable_limit} = opts
    lists = if lists == :infer and lists_deprecated != :infer, do: lists_deprecated, else: lists

    cond do
      lists == :as_charlists -> charlist(term, opts)
      lists == :infer and List.ascii_printable?(term, printable_limit) -> charlist(term, opts)
      keyword?(term) -> container(term, opts, &keyword/2, :strict)
      true -> container(term, opts, &to_doc/2, :maybe)
    end
  end

  # An improper tail stays with what is shown.
  defp split([char | rest], limit, acc) when limit > 0, do: split(rest, limit - 1, [char | acc])
  defp split(rest, _limit, acc) when is_list(rest), do: {:lists.reverse(acc), rest}
  defp split(tail, _limit, acc), do: {:lists.reverse(acc, tail), []}

  defp charlist(term, opts) do
    limit = opts.printable_limit

    {shown, more} =
      case limit do
        :infinity -> {term, []}
        limit -> split(term, limit, [])
      end

    text = [?', Inspect.Text.escape(List.to_string(shown), ?'), ?', if(more == [], do: [], else: " ++ ...")]
    color(IO.iodata_to_binary(text), :charlist, opts)
  end

  defp container(term, opts, fun, break) do
    left = color("[", :list, opts)
    separator = color(",", :list, opts)
    right = color("]", :list, opts)
    container_doc(left, term, right, opts, fun, separator: separator, break: break)
  end

  @doc false
  def keyword({key, value}, opts) do
    key = color(Macro.inspect_atom(:key, key), :atom, opts)
    concat(key, concat(" ", to_doc(value, opts)))
  end

  @doc false
  def keyword?([{key, _value} | rest]) when is_atom(key) do
    case Atom.to_charlist(key) do
      [?E, ?l, ?i, ?x, ?i, ?r, ?.] ++ _ -> false
      _ -> keyword?(rest)
    end
  end

  def keyword?([]), do: true
  def keyword?(_other), do: false
end

defimpl Inspect, for: Tuple do
  import Inspect.Algebra

  def inspect(tuple, opts) do
    left = color("{", :tuple, opts)
    separator = color(",", :tuple, opts)
    right = color("}", :tuple, opts)
    container_doc(left, Tuple.to_list(tuple), right, opts, &to_doc/2, separator: separator, break: :flex)
  end
end

defimpl Inspect, for: Map do
  import Inspect.Algebra

  def inspect(map, opts) do
    list = :maps.to_list(map)
    fun = if Inspect.List.keyword?(list), do: &Inspect.List.keyword/2, else: sep_fun(opts)
    container(list, "", opts, fun)
  end

  @doc false
  def inspect(map, name, infos, opts) do
    fun = fn %{field: field}, opts -> Inspect.List.keyword({field, Map.get(map, field)}, opts) end
    container(infos, name, opts, fun)
  end

  defp sep_fun(opts) do
    separator = color(" => ", :map, opts)
    fn {key, value}, opts -> concat(concat(to_doc(key, opts), separator), to_doc(value, opts)) end
  end

  defp container(items, name, opts, fun) do
    open = color("%" <> name <> "{", :map, opts)
    separator = color(",", :map, opts)
    close = color("}", :map, opts)
    container_doc(open, items, close, opts, fun, separator: separator, break: :strict)
  end
end

defimpl Inspect, for: Integer do
  import Inspect.Algebra

  def inspect(term, %Inspect.Opts{base: base} = opts), do: color(text(term, base), :number, opts)

  defp text(term, :decimal), do: Integer.to_string(term)
  defp text(term, :binary), do: prefixed(term, 2, "0b")
  defp text(term, :octal), do: prefixed(term, 8, "0o")
  defp text(term, :hex), do: prefixed(term, 16, "0x")

  defp prefixed(term, base, prefix) when term < 0, do: "-" <> prefix <> Integer.to_string(-term, base)
  defp prefixed(term, base, prefix), do: prefix <> Integer.to_string(term, base)
end

defimpl Inspect, for: Float do
  # Numbers below 1.0e16 are shown with all their digits; those that would need an exponent are whole.
  def inspect(term, opts) do
    text = if abs(term) >= 1.0e3 and abs(term) < 1.0e16, do: positional(term, Float.to_string(term)), else: Float.to_string(term)
    Inspect.Algebra.color(text, :number, opts)
  end

  defp positional(term, text) do
    case :binary.match(text, "e") do
      :nomatch -> text
      _ -> Integer.to_string(trunc(term)) <> ".0"
    end
  end
end

defimpl Inspect, for: Function do
  def inspect(function, _opts) do
    info = Function.info(function)
    module = info[:module]
    name = info[:name]

    cond do
      not is_atom(module) ->
        "#Function<#{uniq(info)}/#{info[:arity]}>"

      info[:type] == :external and info[:env] == [] ->
        "&" <> Macro.inspect_atom(:literal, module) <> "." <> Macro.inspect_atom(:remote_call, name) <> "/#{info[:arity]}"

      true ->
        case Atom.to_string(module) do
          # Elixir interprets evaluated code, by a function of Erlang's with as many closures as there are arities.
          "elixir_compiler_eval" -> "#Function<#{43 - info[:arity]}.3316493/#{info[:arity]} in :erl_eval.expr/6>"
          "elixir_compiler_" <> _ -> "#Function<#{uniq(info)} in file:#{file(module)}>"
          _ -> "#Function<#{uniq(info)}/#{info[:arity]} in #{place(module, name)}>"
        end
    end
  end

  defp uniq(info), do: "#{info[:new_index]}.#{info[:uniq]}"

  # The function in which it was written.
  defp place(module, name) do
    case Code.Identifier.extract_anonymous_fun_parent(name) do
      {outer, arity} -> qualified(module, outer) <> "/" <> arity
      :error -> qualified(module, name)
    end
  end

  defp qualified(module, name), do: Macro.inspect_atom(:literal, module) <> "." <> Macro.inspect_atom(:remote_call, name)

  # Scripts compile to passing modules; their source is the only name worth showing, as long as there is a module to ask.
  defp file(module) do
    case function_exported?(module, :module_info, 1) && module.module_info(:compile)[:source] do
      nothing when nothing in [nil, false] -> "nofile"
      source -> source |> List.to_string() |> Path.relative_to_cwd()
    end
  end
end

defimpl Inspect, for: PID do
  def inspect(pid, _opts), do: "#PID" <> IO.iodata_to_binary(:erlang.pid_to_list(pid))
end

defimpl Inspect, for: Port do
  def inspect(port, _opts), do: IO.iodata_to_binary(:erlang.port_to_list(port))
end

defimpl Inspect, for: Reference do
  def inspect(ref, _opts) do
    "#Ref" <> rest = IO.iodata_to_binary(:erlang.ref_to_list(ref))
    "#Reference" <> rest
  end
end

defimpl Inspect, for: Any do
  defmacro __deriving__(module, struct, options) do
    fields = Map.keys(struct) -- [:__exception__, :__struct__]
    only = Keyword.get(options, :only, fields)
    except = Keyword.get(options, :except, [])
    optional = Keyword.get(options, :optional, [])

    for {kind, list} <- [only: only, except: except, optional: optional] do
      case Enum.reject(List.wrap(list), &(&1 in fields)) do
        [] -> :ok
        unknown -> raise ArgumentError, "unknown fields #{inspect(unknown)} in #{inspect(kind)} when deriving the Inspect protocol for #{inspect(module)}"
      end
    end

    shown = Enum.reject(only, &(&1 in except))
    optional = if optional == :all, do: shown, else: optional
    style = if Enum.sort(shown) == Enum.sort(fields), do: :full, else: :partial

    quote do
      defimpl Inspect, for: unquote(module) do
        def inspect(struct, opts) do
          Inspect.Any.inspect_fields(struct, unquote(module), unquote(shown), unquote(optional), unquote(Macro.escape(struct)), unquote(style), opts)
        end
      end
    end
  end

  def inspect(%module{} = struct, opts) do
    try do
      {module.__struct__(), field_infos(module)}
    rescue
      _ -> Inspect.Map.inspect(struct, opts)
    else
      {default, infos} ->
        if Map.keys(default) == Map.keys(struct) do
          Inspect.Map.inspect(struct, Macro.inspect_atom(:literal, module), infos, opts)
        else
          Inspect.Map.inspect(struct, opts)
        end
    end
  end

  defp field_infos(module) do
    for %{field: field} = info <- module.__info__(:struct), field not in [:__struct__, :__exception__], do: info
  end

  @doc false
  def inspect_fields(struct, module, shown, optional, default, style, opts) do
    infos =
      for %{field: field} = info <- field_infos(module),
          field in shown,
          not (field in optional and Map.get(struct, field) === Map.get(default, field)),
          do: info

    name = Macro.inspect_atom(:literal, module)

    case style do
      :full ->
        Inspect.Map.inspect(struct, name, infos, opts)

      :partial ->
        import Inspect.Algebra
        open = color("#" <> name <> "<", :map, opts)
        separator = color(",", :map, opts)
        close = color(">", :map, opts)

        fun = fn
          :..., _opts -> "..."
          %{field: field}, opts -> Inspect.List.keyword({field, Map.get(struct, field)}, opts)
        end

        container_doc(open, infos ++ [:...], close, opts, fun, separator: separator, break: :strict)
    end
  end
end

defimpl Inspect, for: Range do
  import Inspect.Algebra

  def inspect(%{__struct__: Range, first: first, last: last, step: step}, opts) do
    range = concat([to_doc(first, opts), "..", to_doc(last, opts)])

    case step do
      1 when first <= last -> range
      _ -> concat(range, concat("//", to_doc(step, opts)))
    end
  end

  # Code compiled before ranges had steps makes them without.
  def inspect(%{__struct__: Range, first: first, last: last}, opts), do: to_doc(Range.new(first, last), opts)
end

defimpl Inspect, for: Inspect.Error do
  def inspect(%{stacktrace: stacktrace} = error, _opts) when is_list(stacktrace), do: Inspect.Error.shown(error)
  def inspect(error, opts), do: Inspect.Any.inspect(error, opts)
end

defimpl Inspect, for: Macro.Env do
  @shown [:aliases, :context, :context_modules, :file, :function, :functions, :lexical_tracker, :line, :macro_aliases, :macros, :module, :requires]

  def inspect(env, opts), do: Inspect.Any.inspect_fields(env, Macro.Env, @shown, [], Macro.Env.__struct__(), :partial, opts)
end
