# Clauses of rescue and catch that are never reached are told of where something is tried; a clause that stands apart is told of after its own variables.
ExUnit.start(autorun: false)
import ExUnit.CaptureIO

text =
  capture_io(:stderr, fn ->
    Code.eval_string("""
    defmodule Rescues do
      def a do
        try do
          1
        rescue
          e -> e
          e in ArgumentError -> e
        catch
          _, _ -> 1
          :exit, _ -> 2
        end
      end
      def b(f) do
        try do
          f.()
        rescue
          e -> e
          e in ArgumentError -> e
        catch
          _, _ -> 1
          :exit, _ -> 2
        end
      end
      def r(x), do: 1
      def s, do: 2
      def r(x, y), do: 1
      def r(y), do: 1
    end
    """)
  end)

IO.puts(String.replace(text, "\e[33m", "") |> String.replace("\e[0m", ""))
