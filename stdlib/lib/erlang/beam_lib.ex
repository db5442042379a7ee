defmodule :beam_lib do
  @moduledoc """
  Erlang's `:beam_lib`: what is in a module file.

  A module file is given by its contents, a binary, or by its name without `.beam`, a list of characters. Chunks are named by four
  characters, or by an atom for what they say.

  ## Examples

      iex> {:module, _, binary, _} = defmodule(BeamLibExample, do: def(f(x), do: x))
      iex> {:ok, {BeamLibExample, [exports: exports]}} = :beam_lib.chunks(binary, [:exports])
      iex> {:f, 1} in exports
      true
  """

  @names %{
    atoms: ~c"AtU8",
    attributes: ~c"Attr",
    compile_info: ~c"CInf",
    exports: ~c"ExpT",
    labeled_exports: ~c"ExpT",
    imports: ~c"ImpT",
    indexed_imports: ~c"ImpT",
    locals: ~c"LocT",
    labeled_locals: ~c"LocT",
    abstract_code: ~c"Dbgi",
    debug_info: ~c"Dbgi"
  }

  # What a stripped file keeps: what running needs.
  @needed [~c"AtU8", ~c"Code", ~c"StrT", ~c"ImpT", ~c"ExpT", ~c"FunT", ~c"LitT", ~c"Meta"]
  @significant [~c"Atom", ~c"AtU8", ~c"Attr", ~c"Code", ~c"StrT", ~c"ImpT", ~c"ExpT", ~c"FunT", ~c"LitT", ~c"Meta"]

  @doc "Gives chunks: `{:ok, {module, chunks}}`, or `{:error, :beam_lib, reason}`."
  def chunks(beam, names), do: chunks(beam, names, [])

  @doc "As `chunks/2`; with `:allow_missing_chunks` those that are not there are `:missing_chunk`."
  def chunks(beam, names, options) when is_list(names) do
    beam = beam_name(beam)
    {:ok, all} = contents(beam)
    {:ok, {module(all, beam), for(name <- names, do: {name, chunk(name, all, beam, :lists.member(:allow_missing_chunks, options))})}}
  catch
    {:beam_lib, reason} -> {:error, :beam_lib, reason}
  end

  @doc "Gives all chunks, by their four characters: `{:ok, module, chunks}`."
  def all_chunks(beam) do
    beam = beam_name(beam)
    {:ok, all} = contents(beam)
    {:ok, module(all, beam), all}
  catch
    {:beam_lib, reason} -> {:error, :beam_lib, reason}
  end

  defp beam_name(beam) when is_binary(beam), do: beam
  defp beam_name(module) when is_atom(module), do: beam_name(:erlang.atom_to_list(module))

  defp beam_name(name) when is_list(name) do
    if :filename.extension(name) == ~c".beam", do: name, else: name ++ ~c".beam"
  end

  defp contents(beam) when is_binary(beam), do: {:ok, parse(uncompressed(beam), beam)}

  defp contents(name) do
    case :file.read_file(name) do
      {:ok, bytes} -> {:ok, parse(uncompressed(bytes), name)}
      {:error, reason} -> throw({:beam_lib, {:file_error, name, reason}})
    end
  end

  defp uncompressed(<<0x1F, 0x8B, _::binary>> = bytes), do: :zlib.gunzip(bytes)
  defp uncompressed(bytes), do: bytes

  defp parse(<<"FOR1", _size::32, "BEAM", chunks::binary>>, beam), do: parts(chunks, beam)
  defp parse(_other, beam), do: throw({:beam_lib, {:not_a_beam_file, beam}})

  defp parts(<<name::binary-size(4), size::32, data::binary-size(size), rest::binary>>, beam) do
    padding = rem(4 - rem(size, 4), 4)

    rest =
      case rest do
        <<_::binary-size(padding), rest::binary>> -> rest
        _ -> ""
      end

    [{:erlang.binary_to_list(name), data} | parts(rest, beam)]
  end

  defp parts("", _beam), do: []
  defp parts(_other, beam), do: throw({:beam_lib, {:invalid_beam_file, beam, 12}})

  defp module(all, beam) do
    case atoms(all, beam) do
      [{1, module} | _] -> module
      _ -> throw({:beam_lib, {:missing_chunk, beam, ~c"AtU8"}})
    end
  end

  defp atoms(all, beam) do
    case :lists.keyfind(~c"AtU8", 1, all) do
      {_, <<_count::32, atoms::binary>>} -> numbered(for(<<size, name::binary-size(size) <- atoms>>, do: :erlang.binary_to_atom(name)))
      false -> throw({:beam_lib, {:missing_chunk, beam, ~c"AtU8"}})
    end
  end

  defp numbered(list), do: :lists.zip(:lists.seq(1, length(list)), list)

  defp chunk(name, all, beam, missing_ok) do
    id =
      case name do
        name when is_atom(name) and is_map_key(@names, name) -> :erlang.map_get(name, @names)
        name when is_list(name) and length(name) == 4 -> name
        _ -> throw({:beam_lib, {:unknown_chunk, beam, name}})
      end

    case :lists.keyfind(id, 1, all) do
      {_, data} when is_list(name) -> data
      {_, data} -> said(name, data, all, beam)
      false when name == :abstract_code -> :no_abstract_code
      false when name == :debug_info -> :no_debug_info
      false when missing_ok -> :missing_chunk
      false when name in [:locals, :labeled_locals] -> []
      false -> throw({:beam_lib, {:missing_chunk, beam, id}})
    end
  end

  defp said(:atoms, _data, all, beam), do: atoms(all, beam)

  defp said(:attributes, data, _all, _beam) do
    data |> :erlang.binary_to_term() |> merged() |> :lists.sort()
  end

  defp said(:compile_info, data, _all, _beam), do: :erlang.binary_to_term(data)
  defp said(:exports, data, all, beam), do: for({name, arity, _} <- said(:labeled_exports, data, all, beam), do: {name, arity})
  defp said(:locals, data, all, beam), do: said(:exports, data, all, beam)

  defp said(name, <<_count::32, functions::binary>>, all, beam) when name in [:labeled_exports, :labeled_locals] do
    atoms = :maps.from_list(atoms(all, beam))
    :lists.sort(for(<<function::32, arity::32, label::32 <- functions>>, do: {:erlang.map_get(function, atoms), arity, label}))
  end

  defp said(:imports, data, all, beam), do: :lists.sort(for({_, module, name, arity} <- said(:indexed_imports, data, all, beam), do: {module, name, arity}))

  defp said(:indexed_imports, <<_count::32, imports::binary>>, all, beam) do
    atoms = :maps.from_list(atoms(all, beam))
    list = for(<<module::32, name::32, arity::32 <- imports>>, do: {:erlang.map_get(module, atoms), :erlang.map_get(name, atoms), arity})
    for {index, {module, name, arity}} <- numbered(list), do: {index, module, name, arity}
  end

  defp said(:debug_info, data, _all, _beam), do: if(data == "", do: :no_debug_info, else: :erlang.binary_to_term(data))

  defp said(:abstract_code, data, all, beam) do
    with {:debug_info_v1, backend, info} <- said(:debug_info, data, all, beam),
         {:ok, code} <- backend.debug_info(:erlang_v1, module(all, beam), info, []) do
      {:raw_abstract_v1, code}
    else
      _ -> :no_abstract_code
    end
  rescue
    UndefinedFunctionError -> :no_abstract_code
  end

  # The values of an attribute that is given several times are one list.
  defp merged(attributes) do
    :maps.to_list(:lists.foldl(fn {name, values}, acc -> Map.update(acc, name, values, &(&1 ++ values)) end, %{}, attributes))
  end

  @doc "Gives the version of a module: `{:ok, {module, versions}}`."
  def version(beam) do
    case chunks(beam, [:attributes]) do
      {:ok, {module, [attributes: attributes]}} ->
        case :lists.keyfind(:vsn, 1, attributes) do
          {:vsn, version} -> {:ok, {module, version}}
          false -> {:error, :beam_lib, {:missing_chunk, beam, ~c"Attr"}}
        end

      error ->
        error
    end
  end

  @doc "Gives the digest of what the code of a module is: `{:ok, {module, md5}}`."
  def md5(beam) do
    case all_chunks(beam) do
      {:ok, module, all} ->
        data = for id <- @significant, {^id, data} <- all, do: data
        {:ok, {module, :erlang.md5(data)}}

      error ->
        error
    end
  end

  @doc "Tells what a file is: a keyword list, with the places and sizes of its chunks."
  def info(beam) do
    name = beam_name(beam)

    with {:ok, module, all} <- all_chunks(beam) do
      kind = if is_binary(name), do: {:binary, name}, else: {:file, name}

      {chunks, _} =
        :lists.mapfoldl(
          fn {id, data}, at ->
            size = byte_size(data)
            {{id, at + 8, size}, at + 8 + div(size + 3, 4) * 4}
          end,
          12,
          all
        )

      [kind, {:module, module}, {:chunks, chunks}]
    end
  end

  @doc "Tells whether two modules have the same code."
  def cmp(first, second) do
    with {:ok, module, one} <- all_chunks(first), {:ok, other, two} <- all_chunks(second) do
      cond do
        module != other -> {:error, :beam_lib, {:modules_different, module, other}}
        true -> different(@significant, one, two)
      end
    end
  end

  defp different([id | ids], one, two) do
    if :lists.keyfind(id, 1, one) == :lists.keyfind(id, 1, two), do: different(ids, one, two), else: {:error, :beam_lib, {:chunks_different, id}}
  end

  defp different([], _one, _two), do: :ok

  @doc "Takes out of a module what running does not need: `{:ok, {module, binary}}`, or of a file in place."
  def strip(beam), do: strip(beam, [])

  def strip(beam, more) do
    with {:ok, module, all} <- all_chunks(beam) do
      kept = for {id, _} = chunk <- all, :lists.member(id, @needed ++ more), do: chunk
      {:ok, binary} = build_module(kept)

      case beam_name(beam) do
        name when is_list(name) ->
          :ok = :file.write_file(name, binary)
          {:ok, {module, name}}

        _ ->
          {:ok, {module, binary}}
      end
    end
  end

  def strip_files(files), do: strip_files(files, [])

  def strip_files(files, more) do
    {:ok, for(file <- files, do: with({:ok, result} <- strip(file, more), do: result))}
  end

  @doc "Makes a module file of chunks."
  def build_module(chunks) do
    data =
      for {id, data} <- chunks, into: "" do
        size = byte_size(data)
        <<:erlang.list_to_binary(id)::binary, size::32, data::binary, 0::size(rem(4 - rem(size, 4), 4))-unit(8)>>
      end

    {:ok, <<"FOR1", byte_size(data) + 4::32, "BEAM", data::binary>>}
  end

  @doc "The chunks that say what a module's code is."
  def significant_chunks(), do: @significant

  @doc "Says what an error is."
  def format_error({:error, :beam_lib, reason}), do: format_error(reason)
  def format_error({:error, reason}), do: format_error(reason)
  def format_error({:not_a_beam_file, beam}), do: said_of(beam, ~c"not a BEAM file\n")
  def format_error({:file_error, name, reason}), do: [quoted(name), ?:, ?\s, quoted(:file.format_error(reason)), ?\n]
  def format_error({:unknown_chunk, beam, chunk}), do: said_of(beam, :io_lib.format(~c"unknown chunk ~p~n", [chunk]))
  def format_error({:missing_chunk, beam, chunk}), do: said_of(beam, :io_lib.format(~c"no \"~s\" chunk~n", [chunk]))
  def format_error({:modules_different, one, two}), do: :io_lib.format(~c"Module names ~p and ~p differ in the two files~n", [one, two])
  def format_error({:chunks_different, id}), do: :io_lib.format(~c"Chunk ~p differs in the two files~n", [id])
  def format_error(other), do: :io_lib.format(~c"~tp~n", [other])

  defp said_of(beam, text) when is_list(beam), do: [quoted(beam), ?:, ?\s, text]
  defp said_of(_beam, text), do: [~c"<beam>", ?:, ?\s, text]

  defp quoted(text), do: :lists.flatten(:io_lib.format(~c"~tp", [text]))

  @doc "Keys for encrypted chunks are not kept."
  def crypto_key_fun(_fun), do: {:error, :not_supported}
  def clear_crypto_key_fun(), do: :undefined
end
