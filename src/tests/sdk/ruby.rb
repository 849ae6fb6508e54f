# frozen_string_literal: true

# Runs each program of a folder in this process, with a stand-in for the SDK, and writes which method is called with what:
# a line of JSON each.

require 'json'

# Takes every call, and remembers the last.
class Recorder < BasicObject
  def initialize(said, way)
    @said = said
    @way = way
  end

  def method_missing(name, *arguments, **named)
    way = @way + [name]
    return ::Recorder.new(@said, way) if arguments.empty? && named.empty? && ::SERVICES.include?(way)

    @said.merge!(way: way.join('.'), arguments: named, positional: arguments.length)
    {}
  end

  def respond_to_missing?(*) = true
end

# A class of options, by its name.
class Options
  def self.new(**fields) = { class: name, **fields }
end

# A namespace whose classes are whatever is asked for.
module Anything
  def const_missing(name)
    return const_set(name, Client.dup) if name == :Client

    base = name.to_s.end_with?('Options') || name == :Authorization ? Options : Object
    const_set(name, Class.new(base) { extend Anything })
  end
end

# A client.
class Client
  def self.new(**credential)
    $said[:client] = name
    $said[:credential] = credential
    Recorder.new($said, [])
  end
end

%w[Stytch StytchB2B].each { |name| Object.const_set(name, Module.new { extend Anything }) }
$LOADED_FEATURES << 'stytch.rb'
module Kernel
  alias required require
  def require(name) = name == 'stytch' || required(name)
  def pp(*) = nil
end

SERVICES = JSON.parse(ARGV[1]).map { |way| way.split('.').map(&:to_sym) }
Dir[File.join(ARGV[0], '*.rb')].sort.each do |program|
  $said = { program: File.basename(program, '.rb') }
  begin
    load program
  rescue Exception => e # rubocop:disable Lint/RescueException
    $said[:error] = e.full_message(highlight: false)
  end
  puts JSON.generate($said)
end
