defmodule Record.Extractor do
  @moduledoc false
  # Reads the records that Erlang files define. A file is scanned, its preprocessor's lines are obeyed, and the default
  # values of fields are read as Elixir code, which is then evaluated.

  # What Erlang's own applications say in header files that programs ask for; no Erlang needs to be installed.
  @headers %{
    "kernel/include/file.hrl" => """
    -record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).
    -record(file_descriptor, {module, data}).
    """,
    "kernel/include/inet.hrl" => "-record(hostent, {h_name, h_aliases = [], h_addrtype, h_length, h_addr_list = []}).\n",
    "xmerl/include/xmerl.hrl" => """
    -record(xmlDecl, {vsn, encoding, standalone, attributes}).
    -record(xmlAttribute, {name, expanded_name = [], nsinfo = [], namespace = [], parents = [], pos, language = [], value, normalized}).
    -record(xmlNamespace, {default = [], nodes = []}).
    -record(xmlNsNode, {parents = [], pos, prefix, uri = []}).
    -record(xmlElement, {name, expanded_name = [], nsinfo = [], namespace = #xmlNamespace{}, parents = [], pos, attributes = [],
      content = [], language = [], xmlbase = [], elementdef = undeclared}).
    -record(xmlText, {parents = [], pos, language = [], value, type = text}).
    -record(xmlComment, {parents = [], pos, language = [], value}).
    -record(xmlPI, {name, parents = [], pos, value}).
    -record(xmlDocument, {content}).
    -record(xmlContext, {axis_type = forward, context_node, context_position = 1, nodeset = [], bindings = [], functions = [],
      namespace = [], whole_document}).
    -record(xmlNode, {type = element, node, parents = [], pos = 1}).
    -record(xmlObj, {type, value}).
    """,
    "public_key/include/public_key.hrl" => """
    -record('OTPCertificate', {tbsCertificate, signatureAlgorithm, signature}).
    -record('OTPTBSCertificate', {version = asn1_DEFAULT, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
      issuerUniqueID = asn1_NOVALUE, subjectUniqueID = asn1_NOVALUE, extensions = asn1_NOVALUE}).
    -record('OTPSubjectPublicKeyInfo', {algorithm, subjectPublicKey}).
    -record('Certificate', {tbsCertificate, signatureAlgorithm, signature}).
    -record('TBSCertificate', {version = asn1_DEFAULT, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
      issuerUniqueID = asn1_NOVALUE, subjectUniqueID = asn1_NOVALUE, extensions = asn1_NOVALUE}).
    -record('SubjectPublicKeyInfo', {algorithm, subjectPublicKey}).
    -record('AlgorithmIdentifier', {algorithm, parameters = asn1_NOVALUE}).
    -record('AttributeTypeAndValue', {type, value}).
    -record('Validity', {notBefore, notAfter}).
    -record('Extension', {extnID, critical = asn1_DEFAULT, extnValue}).
    -record('RSAPublicKey', {modulus, publicExponent}).
    -record('RSAPrivateKey', {version, modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient,
      otherPrimeInfos = asn1_NOVALUE}).
    -record('PrivateKeyInfo', {version, privateKeyAlgorithm, privateKey, attributes = asn1_NOVALUE}).
    -record('ECPrivateKey', {version, privateKey, parameters = asn1_NOVALUE, publicKey = asn1_NOVALUE, attributes = asn1_NOVALUE}).
    """
  }

  @doc "Returns the fields of a record, with their defaults."
  @spec extract(atom, keyword) :: keyword
  def extract(name, opts) do
    {records, path} = read(opts)

    case records do
      %{^name => fields} ->
        fields(fields, records)

      %{} ->
        raise ArgumentError,
              "no record #{name} found at #{path}. Or the record does not exist or its entry is malformed or depends on other include files"
    end
  end

  @doc "Returns all records of a file with their fields."
  @spec extract_all(keyword) :: [{atom, keyword}]
  def extract_all(opts) do
    {records, _path} = read(opts)
    for {name, fields} <- records, do: {name, fields(fields, records)}
  end

  ## Files

  defp read(opts) do
    include = Keyword.get(opts, :includes, [])
    macros = Map.new(Keyword.get(opts, :macros, []), fn {name, value} -> {name, {:value, value}} end)
    {text, path} = source(opts)
    state = %{records: %{}, macros: macros, skipping: [], include: [Path.dirname(path) | include], depth: 0}
    {forms(text, state).records, if(Path.type(path) == :relative, do: Path.join(".", path), else: path)}
  end

  defp source(opts) do
    cond do
      file = opts[:from] -> {read!(file), file}
      file = opts[:from_lib] -> library!(file)
      true -> raise ArgumentError, "expected :from or :from_lib to be given as option"
    end
  end

  defp library!(file) do
    [app | rest] = Path.split(file)

    case {@headers, :code.lib_dir(String.to_atom(app))} do
      {%{^file => text}, _} ->
        {text, file}

      {_, {:error, _}} ->
        raise ArgumentError, "lib file #{file} could not be found"

      {_, directory} ->
        path = Path.join([to_string(directory) | rest])
        {read!(path), path}
    end
  end

  defp read!(path) do
    case File.read(path) do
      {:ok, text} -> text
      {:error, _} = error -> raise "error parsing file #{path}, got: #{inspect(error)}"
    end
  end

  ## Forms

  defp forms(text, state) do
    case :erl_scan.string(String.to_charlist(text)) do
      {:ok, tokens, _} -> tokens |> Enum.chunk_while([], &form/2, fn _ -> {:cont, []} end) |> Enum.reduce(state, &directive/2)
      {:error, _, _} -> state
    end
  end

  defp form({:dot, _}, tokens), do: {:cont, Enum.reverse(tokens), []}
  # The preprocessor's lines may also end with the line; those that matter here do with a dot or a name.
  defp form(token, tokens), do: if(ends_form?(tokens), do: {:cont, Enum.reverse(tokens), [token]}, else: {:cont, [token | tokens]})

  defp ends_form?([{:")", line} | rest]), do: match?([_ | _], rest) and conditional?(Enum.reverse(rest), line)
  defp ends_form?([{word, _, name}, {:-, _}]), do: word == :atom and name in [:else, :endif]
  defp ends_form?([{:else, _}, {:-, _}]), do: true
  defp ends_form?(_), do: false

  defp conditional?([{:-, _}, {:atom, _, name}, {:"(", _}, {_, _, _}], _line), do: name in [:ifdef, :ifndef, :undef]
  defp conditional?(_, _), do: false

  defp directive([{:-, _}, {:atom, _, :endif} | _], state), do: %{state | skipping: tl_or_nil(state.skipping)}
  defp directive([{:-, _}, {:else, _} | _], state), do: otherwise(state)
  defp directive([{:-, _}, {:atom, _, :else} | _], state), do: otherwise(state)
  defp directive([{:-, _}, {:atom, _, :ifdef}, _, {_, _, name} | _], state), do: %{state | skipping: [not Map.has_key?(state.macros, name) | state.skipping]}
  defp directive([{:-, _}, {:atom, _, :ifndef}, _, {_, _, name} | _], state), do: %{state | skipping: [Map.has_key?(state.macros, name) | state.skipping]}

  defp directive(form, state) do
    if Enum.any?(state.skipping), do: state, else: obey(form, state)
  end

  defp tl_or_nil([]), do: []
  defp tl_or_nil([_ | rest]), do: rest

  defp otherwise(%{skipping: [skips | rest]} = state), do: %{state | skipping: [not skips | rest]}
  defp otherwise(state), do: state

  # A macro that is defined keeps its meaning, as for Erlang's own preprocessor.
  defp obey([{:-, _}, {:atom, _, :define}, _, {_, _, name}, {:",", _} | rest], state) do
    %{state | macros: Map.put_new(state.macros, name, {:tokens, Enum.drop(rest, -1)})}
  end

  defp obey([{:-, _}, {:atom, _, :undef}, _, {_, _, name} | _], state), do: %{state | macros: Map.delete(state.macros, name)}

  defp obey([{:-, _}, {:atom, _, kind}, _, {:string, _, file} | _], %{depth: depth} = state) when kind in [:include, :include_lib] and depth < 64 do
    file = to_string(file)
    found = Enum.find(Enum.map(state.include, &Path.join(&1, file)), &File.regular?/1)

    cond do
      found -> %{forms(read!(found), %{state | depth: depth + 1}) | depth: depth}
      text = @headers[file] -> %{forms(text, %{state | depth: depth + 1}) | depth: depth}
      true -> state
    end
  end

  defp obey([{:-, _}, {:atom, _, :record}, {:"(", _}, {:atom, _, name}, {:",", _}, {:"{", _} | rest], state) do
    case rest |> expand(state.macros, 0) |> record_fields() do
      {fields, [{:")", _}]} -> %{state | records: Map.put(state.records, name, fields)}
      _ -> state
    end
  catch
    # What cannot be read is not there.
    :malformed -> state
  end

  defp obey(_form, state), do: state

  # Macros replaced by what they stand for. One that mentions itself ends at the depth that no sensible one has.
  defp expand(_tokens, _macros, 100), do: throw(:malformed)

  defp expand([{:"?", _}, {_, line, name} | rest], macros, depth) do
    case macros do
      %{^name => {:tokens, tokens}} -> expand(tokens, macros, depth + 1) ++ expand(rest, macros, depth)
      %{^name => {:value, value}} -> [{:value, line, value} | expand(rest, macros, depth)]
      %{} -> throw(:malformed)
    end
  end

  defp expand([token | rest], macros, depth), do: [token | expand(rest, macros, depth)]
  defp expand([], _macros, _depth), do: []

  ## Records

  defp record_fields([{:"}", _} | rest]), do: {[], rest}

  defp record_fields([{:atom, _, name} | rest]) do
    {default, rest} =
      case rest do
        [{:=, _} | rest] -> expression(rest)
        _ -> {:undefined, rest}
      end

    rest = without_type(rest)

    case rest do
      [{:",", _} | rest] ->
        {fields, rest} = record_fields(rest)
        {[{name, default} | fields], rest}

      [{:"}", _} | rest] ->
        {[{name, default}], rest}

      _ ->
        throw(:malformed)
    end
  end

  defp record_fields(_), do: throw(:malformed)

  defp without_type([{:"::", _} | rest]), do: skip(rest, 0)
  defp without_type(rest), do: rest

  defp skip([{close, _} | _] = rest, 0) when close in [:",", :"}"], do: rest
  defp skip([token | rest], depth) when elem(token, 0) in [:"(", :"{", :"[", :"<<"], do: skip(rest, depth + 1)
  defp skip([token | rest], depth) when elem(token, 0) in [:")", :"}", :"]", :">>"], do: skip(rest, depth - 1)
  defp skip([_ | rest], depth), do: skip(rest, depth)
  defp skip([], _depth), do: throw(:malformed)

  defp fields(fields, records), do: for({name, default} <- fields, do: {name, value(default, records)})

  defp value(default, records) do
    code = Macro.prewalk(default, &record(&1, records))
    {value, _} = Code.eval_quoted(code)
    value
  end

  # A record within a default: its own defaults, but for the fields that are given.
  defp record({:"$record", [], [name, given]}, records) do
    {:{}, [], [name | for({field, default} <- Map.fetch!(records, name), do: Keyword.get(given, field, default))]}
  end

  defp record(quoted, _records), do: quoted

  ## Expressions, as Elixir code

  # Binary operators: how strongly they bind, and to which side.
  @operators %{
    orelse: {150, :left},
    andalso: {160, :left},
    ==: {200, :none},
    "/=": {200, :none},
    "=<": {200, :none},
    <: {200, :none},
    >=: {200, :none},
    >: {200, :none},
    "=:=": {200, :none},
    "=/=": {200, :none},
    ++: {300, :right},
    --: {300, :right},
    +: {400, :left},
    -: {400, :left},
    bor: {400, :left},
    bxor: {400, :left},
    bsl: {400, :left},
    bsr: {400, :left},
    or: {400, :left},
    xor: {400, :left},
    *: {500, :left},
    /: {500, :left},
    div: {500, :left},
    rem: {500, :left},
    band: {500, :left},
    and: {500, :left}
  }

  defp expression(tokens), do: operators(prefixed(tokens), 0)

  defp operators({left, [{operator, _} | rest] = tokens}, least) do
    case @operators do
      %{^operator => {strength, side}} when strength >= least ->
        next = if side == :right, do: strength, else: strength + 1
        {right, rest} = operators(prefixed(rest), next)
        operators({operation(operator, left, right), rest}, least)

      %{} ->
        {left, tokens}
    end
  end

  defp operators(parsed, _least), do: parsed

  defp operation(:orelse, left, right), do: {:or, [import: Kernel], [left, right]}
  defp operation(:andalso, left, right), do: {:and, [import: Kernel], [left, right]}
  defp operation(operator, left, right), do: call(:erlang, operator, [left, right])

  defp call(module, function, args), do: {{:., [], [module, function]}, [], args}

  defp prefixed([{operator, _} | rest]) when operator in [:+, :-, :not, :bnot] do
    {operand, rest} = prefixed(rest)
    {call(:erlang, operator, [operand]), rest}
  end

  defp prefixed(tokens), do: tokens |> primary() |> called()

  defp called({function, [{:":", _} | rest]}) do
    case primary(rest) do
      {name, [{:"(", _} | rest]} when is_atom(name) ->
        {args, rest} = list(rest, :")")
        called({call(function, name, args), rest})

      _ ->
        throw(:malformed)
    end
  end

  defp called({name, [{:"(", _} | rest]}) when is_atom(name) do
    {args, rest} = list(rest, :")")
    # What is no function of Erlang's own would be one of the file's module, which is not there.
    module = if function_exported?(:erlang, name, length(args)), do: :erlang, else: :erl_eval
    called({call(module, name, args), rest})
  end

  defp called(parsed), do: parsed

  defp primary([{:string, _, text}, {:string, line, more} | rest]), do: primary([{:string, line, text ++ more} | rest])
  defp primary([{kind, _, value} | rest]) when kind in [:integer, :float, :char, :string, :atom, :value], do: {Macro.escape(value), rest}

  defp primary([{:"(", _} | rest]) do
    case expression(rest) do
      {inner, [{:")", _} | rest]} -> {inner, rest}
      _ -> throw(:malformed)
    end
  end

  defp primary([{:"{", _} | rest]) do
    {elements, rest} = list(rest, :"}")
    {{:{}, [], elements}, rest}
  end

  defp primary([{:"[", _} | rest]), do: proper(rest)
  defp primary([{:"<<", _} | rest]), do: binary(rest, [])
  defp primary([{:"#", _}, {:"{", _} | rest]), do: map(rest, [])

  defp primary([{:"#", _}, {:atom, _, name}, {:"{", _} | rest]) do
    {given, rest} = record_fields(rest)
    {{:"$record", [], [name, given]}, rest}
  end

  defp primary([{:fun, _}, {:atom, _, module}, {:":", _}, {:atom, _, name}, {:/, _}, {:integer, _, arity} | rest]) do
    {call(Function, :capture, [module, name, arity]), rest}
  end

  defp primary(_), do: throw(:malformed)

  # Expressions up to the closing token.
  defp list([{close, _} | rest], close), do: {[], rest}

  defp list(tokens, close) do
    case expression(tokens) do
      {element, [{:",", _} | rest]} ->
        {elements, rest} = list(rest, close)
        {[element | elements], rest}

      {element, [{^close, _} | rest]} ->
        {[element], rest}

      _ ->
        throw(:malformed)
    end
  end

  defp proper([{:"]", _} | rest]), do: {[], rest}

  defp proper(tokens) do
    case expression(tokens) do
      {element, [{:",", _} | rest]} ->
        {elements, rest} = proper(rest)
        {cons(element, elements), rest}

      {element, [{:|, _} | rest]} ->
        case expression(rest) do
          {tail, [{:"]", _} | rest]} -> {cons(element, tail), rest}
          _ -> throw(:malformed)
        end

      {element, [{:"]", _} | rest]} ->
        {[element], rest}

      _ ->
        throw(:malformed)
    end
  end

  defp cons(element, elements) when is_list(elements), do: [element | elements]
  defp cons(element, tail), do: [{:|, [], [element, tail]}]

  defp map([{:"}", _} | rest], pairs), do: {{:%{}, [], Enum.reverse(pairs)}, rest}
  defp map([{:",", _} | rest], [_ | _] = pairs), do: map(rest, pairs)

  defp map(tokens, pairs) do
    case expression(tokens) do
      {key, [{:"=>", _} | rest]} ->
        {value, rest} = expression(rest)
        map(rest, [{key, value} | pairs])

      _ ->
        throw(:malformed)
    end
  end

  defp binary([{:">>", _} | rest], segments), do: {{:<<>>, [], Enum.reverse(segments)}, rest}
  defp binary([{:",", _} | rest], [_ | _] = segments), do: binary(rest, segments)

  defp binary(tokens, segments) do
    {value, rest} = prefixed_segment(tokens)

    {size, rest} =
      case rest do
        [{:":", _} | rest] ->
          {size, rest} = primary(rest)
          {[{:size, [], [size]}], rest}

        _ ->
          {[], rest}
      end

    {types, rest} = types(rest)
    segment = if size ++ types == [], do: value, else: {:"::", [], [value, Enum.reduce(types, List.first(size), &joined/2)]}
    binary(rest, Enum.reverse(List.wrap(segment), segments))
  end

  # A string stands for its characters, each a segment of its own.
  defp prefixed_segment([{:string, _, _}, {modifier, _} | _]) when modifier in [:":", :/], do: throw(:malformed)
  defp prefixed_segment([{:string, _, text} | rest]), do: {text, rest}
  defp prefixed_segment([{:-, _} | rest]), do: prefixed([{:-, 1} | rest])
  defp prefixed_segment(tokens), do: primary(tokens)

  defp types([{:/, _}, {:atom, _, type} | rest]), do: more_types(rest, [{type, [], nil}])
  defp types(rest), do: {[], rest}

  defp more_types([{:-, _}, {:atom, _, type} | rest], types), do: more_types(rest, [{type, [], nil} | types])
  defp more_types(rest, types), do: {types, rest}

  defp joined(type, nil), do: type
  defp joined(type, types), do: {:-, [], [types, type]}
end
