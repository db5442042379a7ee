defmodule Mix.Generator do
  @moduledoc """
  Functions for tasks that write files, and macros that keep templates in the module of a task.
  """

  @doc """
  Writes a file and says so. A file that is there with other contents is written over only if the user agrees.

  Returns whether it was written.

  ## Options

    * `:force` - does not ask
    * `:quiet` - does not say

  """
  @spec create_file(Path.t(), iodata, keyword) :: boolean
  def create_file(path, contents, opts \\ []) when is_binary(path) do
    unless opts[:quiet], do: Mix.shell().info([:green, "* creating ", :reset, Path.relative_to_cwd(path)])

    if opts[:force] || overwrite?(path, contents) do
      File.mkdir_p!(Path.dirname(path))
      File.write!(path, contents)
      true
    else
      false
    end
  end

  @doc "Makes a directory with all above it, and says so."
  @spec create_directory(Path.t(), keyword) :: true
  def create_directory(path, options \\ []) when is_binary(path) do
    unless options[:quiet], do: Mix.shell().info([:green, "* creating ", :reset, Path.relative_to_cwd(path)])
    File.mkdir_p!(path)
    true
  end

  @doc "Tells whether a file may be written: it is not there, or the user agrees."
  @spec overwrite?(Path.t()) :: boolean
  def overwrite?(path) do
    not File.exists?(path) or Mix.shell().yes?(Path.relative_to_cwd(path) <> " already exists, overwrite?")
  end

  @doc "As `overwrite?/1`; a file with these very contents needs no answer, and is left."
  @spec overwrite?(Path.t(), iodata) :: boolean
  def overwrite?(path, contents) do
    case File.read(path) do
      {:ok, binary} -> binary != IO.iodata_to_binary(contents) and overwrite?(path)
      _ -> true
    end
  end

  @doc "Copies a file as `create_file/3` writes one."
  @spec copy_file(Path.t(), Path.t(), keyword) :: boolean
  def copy_file(source, target, options \\ []), do: create_file(target, File.read!(source), options)

  @doc "Evaluates a template with `EEx` and writes what comes of it."
  @spec copy_template(Path.t(), Path.t(), keyword, keyword) :: boolean
  def copy_template(source, target, assigns, options \\ []) do
    create_file(target, EEx.eval_file(source, assigns: assigns), options)
  end

  @doc """
  Defines a private function `NAME_template/1` that fills a template, given as text or with `from_file: path`.
  """
  defmacro embed_template(name, contents) do
    quote bind_quoted: [name: name, contents: contents] do
      contents =
        case contents do
          [from_file: file] ->
            @external_resource file
            File.read!(file)

          contents when is_binary(contents) ->
            contents
        end

      require EEx
      EEx.function_from_string(:defp, :"#{name}_template", "<% _ = assigns %>" <> contents, [:assigns])
    end
  end

  @doc "Defines a private function `NAME_text/0` that returns a text, given as it is or with `from_file: path`."
  defmacro embed_text(name, contents) do
    quote bind_quoted: [name: name, contents: contents] do
      contents =
        case contents do
          [from_file: file] ->
            @external_resource file
            File.read!(file)

          contents when is_binary(contents) ->
            contents
        end

      defp unquote(:"#{name}_text")(), do: unquote(contents)
    end
  end
end
