defmodule Inspect.Opts do
  @moduledoc """
  The options of `inspect/2`.

    * `:base` - `:decimal`, `:binary`, `:octal` or `:hex`, for integers and bytes
    * `:binaries` - `:infer` (text if printable), `:as_strings` or `:as_binaries`
    * `:charlists` - `:infer` (text if printable), `:as_charlists` or `:as_lists`
    * `:custom_options` - a keyword list for user-defined implementations
    * `:inspect_fun` - the function that makes a document of a term
    * `:limit` - how many items of each collection are shown
    * `:pretty` - whether to break lines
    * `:printable_limit` - how much of a text is shown
    * `:safe` - whether failures of implementations are shown rather than raised
    * `:structs` - whether structs are shown by their own implementation
    * `:syntax_colors` - colors for kinds of terms
    * `:width` - the width that pretty printing fills
  """

  defstruct base: :decimal,
            binaries: :infer,
            char_lists: :infer,
            charlists: :infer,
            custom_options: [],
            inspect_fun: &Inspect.inspect/2,
            limit: 50,
            pretty: false,
            printable_limit: 4096,
            safe: true,
            structs: true,
            syntax_colors: [],
            width: 80

  @type color_key :: atom
  @type t :: %__MODULE__{
          base: :decimal | :binary | :hex | :octal,
          binaries: :infer | :as_binaries | :as_strings,
          charlists: :infer | :as_lists | :as_charlists,
          custom_options: keyword,
          inspect_fun: (any, t -> Inspect.Algebra.t()),
          limit: non_neg_integer | :infinity,
          pretty: boolean,
          printable_limit: non_neg_integer | :infinity,
          safe: boolean,
          structs: boolean,
          syntax_colors: [{color_key, IO.ANSI.ansidata()}],
          width: non_neg_integer | :infinity
        }

  @doc "Makes options of a keyword list."
  @spec new(keyword) :: t
  def new(opts), do: from_keyword(opts)

  @doc false
  def from_keyword([]), do: %Inspect.Opts{inspect_fun: default_inspect_fun()}
  def from_keyword(opts), do: struct(%Inspect.Opts{inspect_fun: default_inspect_fun()}, opts)

  @doc "Returns the function that makes documents by default."
  @spec default_inspect_fun() :: (term, t -> Inspect.Algebra.t())
  def default_inspect_fun(), do: :persistent_term.get({Inspect.Opts, :inspect_fun}, &Inspect.inspect/2)

  @doc "Sets the function that makes documents by default."
  @spec default_inspect_fun((term, t -> Inspect.Algebra.t())) :: :ok
  def default_inspect_fun(fun) when is_function(fun, 2), do: :persistent_term.put({Inspect.Opts, :inspect_fun}, fun)
end

defmodule Inspect.Error do
  @moduledoc "Raised when an implementation of `Inspect` fails."
  defexception [:exception_module, :exception_message, :stacktrace, :inspected_struct]

  @impl true
  def exception(arguments) do
    %{__struct__: module} = exception = Keyword.fetch!(arguments, :exception)

    %Inspect.Error{
      exception_module: module,
      exception_message: exception |> Exception.message() |> String.trim_trailing("\n"),
      stacktrace: Keyword.fetch!(arguments, :stacktrace),
      inspected_struct: Keyword.fetch!(arguments, :inspected_struct)
    }
  end

  @impl true
  def message(%{exception_module: module, exception_message: message, inspected_struct: struct}) do
    """
    got #{inspect(module)} with message:

        \"\"\"
    #{indent(message, "    ")}
        \"\"\"

    while inspecting:

    #{indent(struct, "    ")}
    """
  end

  @doc false
  def shown(%{stacktrace: stacktrace} = error) do
    message = error |> message() |> String.trim_trailing("\n") |> indent("  ")
    trace = stacktrace |> Exception.format_stacktrace() |> String.trim_trailing("\n")
    "#Inspect.Error<\n" <> message <> "\n\n  Stacktrace:\n\n" <> trace <> "\n\n>"
  end

  @doc false
  def indent(text, with), do: text |> String.split("\n") |> Enum.map_join("\n", fn "" -> ""; line -> with <> line end)
end

defmodule Inspect.Algebra do
  @moduledoc """
  Documents that know several layouts, and the printer that chooses one for a width.

  A document is text, a sequence, a possible line break, an indentation or a group. A group is printed on one line if
  that fits, else its strict breaks become new lines; a flex break decides on its own. After Wadler and Lindig's strict
  pretty printers.
  """

  @type t :: binary | doc
  @opaque doc :: tuple | :doc_nil | :doc_line

  @doc false
  defguard is_doc(doc) when is_binary(doc) or doc in [:doc_nil, :doc_line] or (is_tuple(doc) and elem(doc, 0) in [:doc_string, :doc_cons, :doc_nest, :doc_break, :doc_group, :doc_color, :doc_force, :doc_fits, :doc_collapse, :doc_limit])

  @doc "Makes a document of a term, through the `Inspect` protocol."
  @spec to_doc(any, Inspect.Opts.t()) :: t
  def to_doc(term, opts)

  def to_doc(%{__struct__: module} = struct, %Inspect.Opts{inspect_fun: fun} = opts) when is_atom(module) do
    if opts.structs do
      try do
        fun.(struct, opts)
      rescue
        caught -> failed(struct, caught, __STACKTRACE__, opts)
      end
    else
      Inspect.Map.inspect(struct, opts)
    end
  end

  def to_doc(arg, %Inspect.Opts{inspect_fun: fun} = opts), do: fun.(arg, opts)

  # While a failure is being shown, structs that fail again are shown as the maps they are: showing that too could go on forever.
  defp failed(struct, caught, stacktrace, opts) do
    if Process.get(:inspect_trap) do
      Inspect.Map.inspect(struct, opts)
    else
      try do
        Process.put(:inspect_trap, true)
        opts = %{opts | structs: false, syntax_colors: [], inspect_fun: Inspect.Opts.default_inspect_fun()}
        shown = struct |> Inspect.Map.inspect(%{opts | limit: 10_000}) |> group() |> format(opts.width) |> IO.iodata_to_binary()

        error =
          Inspect.Error.exception(
            exception: caught,
            stacktrace: stacktrace,
            inspected_struct: shown
          )

        if opts.safe do
          Inspect.Error.shown(error)
        else
          :erlang.raise(:error, error, stacktrace)
        end
      after
        Process.delete(:inspect_trap)
      end
    end
  end

  ## Building

  @doc "Returns a document that prints nothing."
  @spec empty() :: :doc_nil
  def empty(), do: :doc_nil

  @doc "Makes a document of text whose width is counted in characters instead of bytes."
  @spec string(String.t()) :: t
  def string(string) when is_binary(string), do: {:doc_string, string, String.length(string)}

  @doc "Puts two documents one after the other."
  @spec concat(t, t) :: t
  def concat(doc1, doc2) when is_doc(doc1) and is_doc(doc2), do: {:doc_cons, doc1, doc2}

  @doc "Puts documents one after the other."
  @spec concat([t]) :: t
  def concat(docs) when is_list(docs), do: fold_doc(docs, &concat(&1, &2))

  @doc "Gives a document the color of a kind of term, if the options have one."
  @spec color(t, Inspect.Opts.t() | atom, Inspect.Opts.t()) :: t
  def color(doc, color_key, opts)
  def color(doc, _key, %Inspect.Opts{syntax_colors: []}) when is_doc(doc), do: doc

  def color(doc, key, %Inspect.Opts{syntax_colors: colors}) when is_doc(doc) do
    case colors[key] do
      nil -> doc
      color -> concat({:doc_color, doc, color}, {:doc_color, :doc_nil, colors[:reset] || :reset})
    end
  end

  @doc "Indents what follows a line break in the document; `:break` only where the surrounding group is broken."
  @spec nest(t, non_neg_integer | :cursor | :reset, :always | :break) :: t
  def nest(doc, level, mode \\ :always)
  def nest(doc, 0, _mode) when is_doc(doc), do: doc
  def nest(doc, level, mode) when is_doc(doc) and ((is_integer(level) and level > 0) or level in [:cursor, :reset]), do: {:doc_nest, doc, level, mode}

  @doc "Returns a strict break: the text, or a new line where its group is broken."
  @spec break(binary) :: t
  def break(string \\ " ") when is_binary(string), do: {:doc_break, string, :strict}

  @doc "Returns a flex break: the text, or a new line where what follows does not fit."
  @spec flex_break(binary) :: t
  def flex_break(string \\ " ") when is_binary(string), do: {:doc_break, string, :flex}

  @doc false
  def collapse_lines(max) when is_integer(max) and max > 0, do: {:doc_collapse, max}

  @doc "Lets the next break decide whether the document fits."
  @spec next_break_fits(t, :enabled | :disabled) :: t
  def next_break_fits(doc, mode \\ :enabled) when is_doc(doc) and mode in [:enabled, :disabled], do: {:doc_fits, doc, mode}

  @doc "Makes the group around the document break."
  @spec force_unfit(t) :: t
  def force_unfit(doc) when is_doc(doc), do: {:doc_force, doc}

  @doc false
  def no_limit(doc), do: {:doc_limit, doc, :infinity}

  @doc "Puts two documents together with a flex break."
  @spec flex_glue(t, binary, t) :: t
  def flex_glue(doc1, break_string \\ " ", doc2), do: concat(doc1, concat(flex_break(break_string), doc2))

  @doc "Puts two documents together with a strict break."
  @spec glue(t, binary, t) :: t
  def glue(doc1, break_string \\ " ", doc2), do: concat(doc1, concat(break(break_string), doc2))

  @doc "Groups a document: its strict breaks are all taken or none."
  @spec group(t, :self | :inherit) :: t
  def group(doc, mode \\ :self) when is_doc(doc), do: {:doc_group, doc, mode}

  @doc "Puts two documents together with a space that never breaks."
  @spec space(t, t) :: t
  def space(doc1, doc2), do: concat(doc1, concat(" ", doc2))

  @doc "Returns a forced new line."
  @spec line() :: t
  def line(), do: :doc_line

  @doc "Puts two documents on lines of their own."
  @spec line(t, t) :: t
  def line(doc1, doc2), do: concat(doc1, concat(line(), doc2))

  @doc "Folds documents from the right."
  @spec fold_doc([t], (t, t -> t)) :: t
  def fold_doc(docs, folder_fun)
  def fold_doc([], _folder_fun), do: empty()
  def fold_doc([doc], _folder_fun), do: doc
  def fold_doc([doc | docs], folder_fun) when is_function(folder_fun, 2), do: folder_fun.(doc, fold_doc(docs, folder_fun))

  @doc false
  @deprecated "Use a combination of concat/2 and nest/2 instead"
  def surround(left, doc, right) when is_doc(left) and is_doc(doc) and is_doc(right), do: group(concat([left, nest(doc, 1), right]))

  @doc false
  @deprecated "Use Inspect.Algebra.container_doc/6 instead"
  def surround_many(left, docs, right, %Inspect.Opts{} = opts, fun, separator \\ ","),
    do: container_doc(left, docs, right, opts, fun, separator: separator)

  @doc """
  Makes a document of a collection: brackets, separators, and at most the options' limit of items.

  Options: `:separator` (a comma by default) and `:break`: `:strict`, `:flex`, or `:maybe`, which is flex for items that
  are all plain text.
  """
  @spec container_doc(t, [any], t, Inspect.Opts.t(), (term, Inspect.Opts.t() -> t), keyword) :: t
  def container_doc(left, collection, right, inspect_opts, fun, opts \\ [])
  def container_doc(left, [], right, inspect_opts, fun, opts)
      when is_doc(left) and is_doc(right) and is_function(fun, 2) and is_list(opts) and is_struct(inspect_opts, Inspect.Opts),
      do: concat(left, right)

  def container_doc(left, collection, right, %Inspect.Opts{} = inspect_opts, fun, opts)
      when is_doc(left) and is_list(collection) and is_doc(right) and is_function(fun, 2) and is_list(opts) do
    break = Keyword.get(opts, :break, :maybe)
    separator = Keyword.get(opts, :separator, ",")
    {docs, simple} = items(collection, inspect_opts.limit, inspect_opts, fun, [], break == :maybe)
    flex = simple or break == :flex
    docs = fold_doc(for(doc <- docs, doc != :doc_nil, do: doc), &join(&1, &2, flex, separator))

    if flex do
      group(concat(concat(left, nest(docs, Keyword.get(opts, :nest, 1))), right))
    else
      group(glue(nest(glue(left, "", docs), 2), "", right))
    end
  end

  defp items([], _limit, _opts, _fun, acc, simple), do: {:lists.reverse(acc), simple}
  defp items(_, 0, _opts, _fun, acc, simple), do: {:lists.reverse(["..." | acc]), simple}

  # An item that shows nothing takes no place among those that the limit allows.
  defp items([term | terms], limit, opts, fun, acc, simple) when is_list(terms) do
    fewer = decrement(limit)
    doc = fun.(term, %{opts | limit: fewer})
    items(terms, if(doc == :doc_nil, do: limit, else: fewer), opts, fun, [doc | acc], simple and plain?(doc))
  end

  defp items([left | right], limit, opts, fun, acc, simple) do
    limit = decrement(limit)
    left = fun.(left, %{opts | limit: limit})
    right = fun.(right, %{opts | limit: decrement(limit)})
    simple = simple and plain?(left) and plain?(right)
    {:lists.reverse([join(left, right, simple, " |") | acc]), simple}
  end

  defp decrement(:infinity), do: :infinity
  defp decrement(counter), do: counter - 1

  defp join(:doc_nil, :doc_nil, _flex, _separator), do: :doc_nil
  defp join(left, :doc_nil, _flex, _separator), do: left
  defp join(:doc_nil, right, _flex, _separator), do: right
  defp join(left, right, true, separator), do: flex_glue(concat(left, separator), right)
  defp join(left, right, false, separator), do: glue(concat(left, separator), right)

  defp plain?({:doc_cons, left, right}), do: plain?(left) and plain?(right)
  defp plain?({:doc_color, doc, _}), do: plain?(doc)
  defp plain?({:doc_string, _, _}), do: true
  defp plain?(:doc_nil), do: true
  defp plain?(other), do: is_binary(other)

  ## Printing
  #
  # The work list holds {indentation, mode, document}. A group is tried in mode `:flat`; `:break` makes its strict
  # breaks new lines.

  @doc "Prints a document for a width, or on one line with `:infinity`, as iodata."
  @spec format(t, non_neg_integer | :infinity) :: iodata
  def format(doc, width) when is_doc(doc) and (width == :infinity or width >= 0), do: format(width, 0, [{0, :flat, doc}])

  defp format(_w, _k, []), do: []
  defp format(w, k, [{_, _, string} | rest]) when is_binary(string), do: [string | format(w, k + byte_size(string), rest)]
  defp format(w, k, [{i, m, {:doc_cons, left, right}} | rest]), do: format(w, k, [{i, m, left}, {i, m, right} | rest])
  defp format(w, k, [{_, _, :doc_nil} | rest]), do: format(w, k, rest)
  defp format(w, k, [{_, _, {:doc_string, string, length}} | rest]), do: [string | format(w, k + length, rest)]

  defp format(w, k, [{i, m, {:doc_break, string, :flex}} | rest]) do
    after_break = k + byte_size(string)

    if w == :infinity or m == :flat or fits?(w, after_break, :tail, rest) do
      [string | format(w, after_break, rest)]
    else
      [new_line(i) | format(w, i, rest)]
    end
  end

  defp format(w, _k, [{i, :break, {:doc_break, _, :strict}} | rest]), do: [new_line(i) | format(w, i, rest)]
  defp format(w, k, [{_, _, {:doc_break, string, :strict}} | rest]), do: [string | format(w, k + byte_size(string), rest)]
  defp format(w, k, [{i, m, {:doc_nest, doc, j, :always}} | rest]), do: format(w, k, [{indent(k, i, j), m, doc} | rest])
  defp format(w, k, [{i, :break, {:doc_nest, doc, j, :break}} | rest]), do: format(w, k, [{indent(k, i, j), :break, doc} | rest])
  defp format(w, k, [{i, m, {:doc_nest, doc, _, :break}} | rest]), do: format(w, k, [{i, m, doc} | rest])
  defp format(w, k, [{i, :break, {:doc_group, doc, :inherit}} | rest]), do: format(w, k, [{i, :break, doc} | rest])

  defp format(w, k, [{i, _, {:doc_group, doc, _}} | rest]) do
    mode = if w == :infinity or fits?(w, k, :whole, [{i, :flat, doc}]), do: :flat, else: :break
    format(w, k, [{i, mode, doc} | rest])
  end

  defp format(w, _k, [{i, _, :doc_line} | rest]), do: [new_line(i) | format(w, i, rest)]
  defp format(w, k, [{i, m, {:doc_color, doc, color}} | rest]), do: [ansi(color) | format(w, k, [{i, m, doc} | rest])]
  defp format(w, k, [{i, m, {:doc_force, doc}} | rest]), do: format(w, k, [{i, m, doc} | rest])
  defp format(w, k, [{i, m, {:doc_fits, doc, _}} | rest]), do: format(w, k, [{i, m, doc} | rest])
  # The limit is that of the document only: behind it the old one is back.
  defp format(w, k, [{i, m, {:doc_limit, doc, limit}} | rest]), do: format(limit, k, [{i, m, doc}, {i, m, {:doc_width, w}} | rest])
  defp format(_w, k, [{_, _, {:doc_width, w}} | rest]), do: format(w, k, rest)
  defp format(w, k, [{_, _, {:doc_collapse, max}} | rest]), do: collapse(format(w, k, rest), max, 0, :doc_nil)

  defp collapse(["\n" <> _ = line | rest], max, count, _last), do: collapse(rest, max, count + 1, line)
  defp collapse(["" | rest], max, count, last), do: collapse(rest, max, count, last)
  defp collapse(rest, _max, 0, _last), do: rest
  defp collapse(rest, max, count, last), do: [:binary.copy("\n", min(max, count) - 1), last | rest]

  defp indent(_k, i, j) when is_integer(j), do: i + j
  defp indent(k, _i, :cursor), do: k
  defp indent(_k, _i, :reset), do: 0

  defp new_line(0), do: "\n"
  defp new_line(i), do: "\n" <> :binary.copy(" ", i)

  defp ansi(color), do: IO.ANSI.format_fragment(color, true)

  # Tells whether what comes up to the next line break fits. A `:whole` group must fit entirely; a `:tail` ends well at
  # the first break of an enclosing, broken group.
  defp fits?(w, k, _goal, _docs) when k > w, do: false
  defp fits?(_w, _k, _goal, []), do: true
  defp fits?(w, k, goal, [{_, _, string} | rest]) when is_binary(string), do: fits?(w, k + byte_size(string), goal, rest)
  defp fits?(w, k, goal, [{i, m, {:doc_cons, left, right}} | rest]), do: fits?(w, k, goal, [{i, m, left}, {i, m, right} | rest])
  defp fits?(w, k, goal, [{_, _, :doc_nil} | rest]), do: fits?(w, k, goal, rest)
  defp fits?(w, k, goal, [{_, _, {:doc_string, _, length}} | rest]), do: fits?(w, k + length, goal, rest)
  defp fits?(_w, _k, :tail, [{_, :break, {:doc_break, _, _}} | _]), do: true
  defp fits?(_w, _k, _goal, [{_, :break_no_flat, {:doc_break, _, _}} | _]), do: true
  defp fits?(_w, _k, _goal, [{_, :break, {:doc_break, _, :strict}} | _]), do: true
  defp fits?(w, k, goal, [{_, _, {:doc_break, string, _}} | rest]), do: fits?(w, k + byte_size(string), goal, rest)
  defp fits?(_w, _k, _goal, [{_, mode, {:doc_force, _}} | _]) when mode != :break_no_flat, do: false
  defp fits?(w, k, goal, [{i, m, {:doc_force, doc}} | rest]), do: fits?(w, k, goal, [{i, m, doc} | rest])
  defp fits?(w, k, goal, [{i, :flat_no_break, {:doc_fits, doc, _}} | rest]), do: fits?(w, k, goal, [{i, :flat_no_break, doc} | rest])
  defp fits?(w, k, goal, [{i, _, {:doc_fits, doc, :disabled}} | rest]), do: fits?(w, k, goal, [{i, :flat_no_break, doc} | rest])
  defp fits?(w, k, goal, [{i, _, {:doc_fits, doc, :enabled}} | rest]), do: fits?(w, k, goal, [{i, :break_no_flat, doc} | rest])
  defp fits?(w, k, goal, [{i, m, {:doc_nest, doc, _, _}} | rest]), do: fits?(w, k, goal, [{i, m, doc} | rest])
  defp fits?(w, k, goal, [{i, :break_no_flat, {:doc_group, doc, _}} | rest]), do: fits?(w, k, goal, [{i, :break_no_flat, doc} | rest])
  defp fits?(w, k, goal, [{i, :flat_no_break, {:doc_group, doc, _}} | rest]), do: fits?(w, k, goal, [{i, :flat_no_break, doc} | rest])
  defp fits?(w, k, goal, [{i, _, {:doc_group, doc, _}} | rest]), do: fits?(w, k, goal, [{i, :flat, doc} | rest])
  defp fits?(w, k, goal, [{i, m, {:doc_color, doc, _}} | rest]), do: fits?(w, k, goal, [{i, m, doc} | rest])
  defp fits?(_w, k, goal, [{_, _, {:doc_width, w}} | rest]), do: fits?(w, k, goal, rest)
  defp fits?(w, k, goal, [{i, m, {:doc_limit, doc, _}} | rest]), do: fits?(w, k, goal, [{i, m, doc} | rest])
  defp fits?(_w, _k, :tail, [{_, _, :doc_line} | _]), do: true
  defp fits?(_w, _k, _goal, [{_, :break_no_flat, :doc_line} | _]), do: true
  defp fits?(w, _k, :whole, [{i, _, :doc_line} | rest]), do: fits?(w, i, :whole, rest)
  defp fits?(w, k, goal, [{_, _, {:doc_collapse, _}} | rest]), do: fits?(w, k, goal, rest)
end
