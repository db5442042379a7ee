defmodule DataDocTest do
  use ExUnit.Case, async: true

  doctest Enum
  doctest Stream
  doctest List
  doctest Map
  doctest Keyword
  doctest MapSet
  doctest Range
  doctest Tuple
  doctest Integer
  doctest Float
  doctest Base
  doctest Access
  doctest String
  doctest Regex
  doctest StringIO
  doctest File
  doctest Path
end
